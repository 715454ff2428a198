import { describe, expect, test } from "vitest";
import type { HostPlanDocument } from "../../../src/report/documents.ts";
import { planLines } from "../../../src/report/tables/plan.ts";
import { lease, OLD } from "../samples.ts";
import { about, options, text, unreachable } from "./support.ts";

describe("a plan", () => {
  const plan = (host: string, facts: Partial<HostPlanDocument> = {}): HostPlanDocument => ({
    host,
    root: "/var/www/shop",
    live: OLD,
    unchanged: false,
    create: [],
    send: { files: 4, bytes: 18_300 },
    copy: { files: 308, bytes: 4_100_000, from: [OLD] },
    shared: [
      { path: "log", action: "link", hides: 2 },
      { path: "config/local.json", action: "seed", hides: 0 },
    ],
    tasks: [
      { point: "prepare", run: "npm ci --omit=dev" },
      { point: "prepare", run: "npm run assets\nnpm run gzip" },
      { point: "beforeSwitch", run: "npm run migrate", on: "first", undo: "npm run migrate:down" },
      { point: "afterSwitch", run: "systemctl --user reload shop" },
    ],
    prune: ["20261101T080000Z"],
    clean: [],
    problems: [],
    lock: null,
    error: null,
    ...facts,
  });
  const document = {
    ...about,
    revision: "3fb2c81d0a6c54e6f1a1c2b7f6a1d0c9e8b7a6f5",
    tree: "9f86",
    label: "main",
    files: 312,
    bytes: 4_118_300,
    warnings: [],
  };

  test.each([
    ["for hosts that are alike", { ...document, outcome: "deploy" as const, hosts: [plan("web1"), plan("web2")] }],
    [
      "for hosts that differ in the place of the app only, one in use",
      {
        ...document,
        outcome: "deploy" as const,
        hosts: [
          plan("web1", { root: "/srv/a", create: ["/srv/a"] }),
          plan("web2", { root: "/srv/a", create: ["/srv/a"] }),
          plan("web3", { root: "/srv/b", create: ["/srv/b"] }),
          plan("web4", { lock: { ...lease, generation: 9 } }),
          plan("web5", { lock: lease }),
        ],
      },
    ],
    [
      "for a first deploy that a build decides",
      {
        ...document,
        tree: null,
        files: null,
        bytes: null,
        outcome: "deploy" as const,
        hosts: [plan("local", { live: null, create: ["releases", "shared"], send: null, copy: null, prune: [] })],
      },
    ],
    ["that would change nothing", { ...document, outcome: "unchanged" as const, hosts: [plan("web1", { unchanged: true })] }],
    [
      "that something stands in the way of",
      {
        ...document,
        outcome: "blocked" as const,
        warnings: ["2 files differ only in case"],
        hosts: [
          plan("web1", {
            problems: ["shared/.env is missing", "current is a directory"],
            lock: lease,
            clean: ["20261122T101010Z"],
          }),
          plan("web3", { error: unreachable }),
        ],
      },
    ],
  ])("%s", (_, value) => {
    expect(text(planLines(value, options))).toMatchSnapshot();
  });

  test("for a crowd: how many are alike, and names only of those that are not", () => {
    const crowd = Array.from({ length: 200 }, (_, index) => plan(`web${index + 1}`, { root: `/srv/${index + 1}` }));
    const hosts = crowd.map((host) => (host.host === "web7" ? { ...host, live: null } : host));
    const lines = planLines({ ...document, outcome: "deploy", hosts }, options);
    expect(lines).toContain("199 hosts (web1, web2, web3, web4, web5, web6 and 193 others)");
    expect(lines).toContain("web7");
    expect(text(lines)).toContain("199 different paths, as /srv/1 on web1");
    expect(lines.length).toBeLessThan(40);
  });
});
