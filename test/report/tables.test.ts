import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HistoryDocument } from "../../src/report/history-document.ts";
import type { HostPlanDocument, HostReleases, ReleaseRow } from "../../src/report/documents.ts";
import type { HostStatus } from "../../src/report/status-document.ts";
import type { ErrorReport, OldProcess } from "../../src/report/report.ts";
import { disarm } from "../../src/report/disarm.ts";
import { renderTable } from "../../src/report/table.ts";
import type { HostDiff } from "../../src/report/shared-documents.ts";
import { checkLines } from "../../src/report/tables/check.ts";
import { execLines } from "../../src/report/tables/exec.ts";
import { historyLines } from "../../src/report/tables/history.ts";
import { lockLines } from "../../src/report/tables/lock.ts";
import { planLines } from "../../src/report/tables/plan.ts";
import { releasesLines } from "../../src/report/tables/releases.ts";
import { sharedDiffLines } from "../../src/report/tables/shared.ts";
import { statusLines } from "../../src/report/tables/status.ts";
import { plainTheme } from "../../src/report/theme.ts";
import { displayWidth } from "../../src/report/width.ts";
import { connectionLost, lease, NEW, OLD, wayBack } from "./samples.ts";

const caller = { program: "symlink-helper", config: null };
const options = { theme: plainTheme, caller, now: Date.parse("2026-11-23T12:00:00Z") };
const about = { schema: 1, app: "shop", environment: "production" } as const;
const unreachable = {
  ...connectionLost,
  kind: "unreachable",
  message: "web3 did not answer within 10 s.",
  remedy: "Check that it runs.",
};

function text(lines: readonly string[]): string {
  return lines.join("\n");
}

function row(id: string, facts: Partial<ReleaseRow> = {}): ReleaseRow {
  const revision = "3fb2c81d0a6c54e6f1a1c2b7f6a1d0c9e8b7a6f5";
  const createdAt = "2026-11-23T11:45:02Z";
  return {
    id,
    state: "good",
    revision,
    createdAt,
    by: "ann@laptop",
    message: "Fix the login",
    pinned: false,
    bytes: 41_000_000,
    ...facts,
  };
}

function status(host: string, facts: Partial<HostStatus> = {}): HostStatus {
  return {
    host,
    live: NEW,
    state: "good",
    revision: "v1.4.2",
    since: "2026-11-23T11:45:20Z",
    by: "ann@laptop",
    message: "Fix the login",
    rollbackTo: OLD,
    rollbackRefused: null,
    lock: null,
    findings: [],
    error: null,
    ...facts,
  };
}

const nobody = { live: null, state: null, revision: null, since: null, by: null, message: null, rollbackTo: null };

function old(pid: number, name: string, kind: OldProcess["kind"] = "process"): OldProcess {
  return { pid, name, release: OLD, kind };
}

describe("status", () => {
  test.each([
    ["hosts agree", true, [status("web1"), status("web2")]],
    [
      "hosts differ, one is locked and one has leftovers",
      false,
      [
        status("web1", { lock: lease }),
        status("web2", { live: OLD, rollbackTo: null, rollbackRefused: "there is no good release before this one" }),
        status("web3", { findings: ["An interrupted deploy left 20261122T101010Z: the next deploy cleans it up"] }),
      ],
    ],
    ["one host cannot be asked", true, [status("web1"), status("web3", { ...nobody, error: unreachable })]],
    [
      "something still runs from another release",
      true,
      [
        status("web1", {
          processes: [old(41, "node"), old(42, "node"), old(7, "bash", "shell")],
          processesMore: 3,
          processesBlind: 12,
        }),
        status("web2", { processes: [], processesBlind: 0 }),
        status("web3", { processes: [], processesBlind: null }),
        status("web4", { processes: null }),
        status("web5", { processes: [old(9, "\u001b[2Jx) -> \n")], processesBlind: 1 }),
      ],
    ],
    ["no host can be asked", true, [status("web3", { ...nobody, error: unreachable })]],
    ["nothing is live", true, [status("local", { ...nobody, rollbackRefused: "there is no release yet" })]],
    ...[
      { text: `releases/${OLD}/public`, within: OLD, dangling: false },
      { text: "/srv/old", within: null, dangling: false },
      { text: `releases/${OLD}`, within: null, dangling: true },
    ].map(
      (elsewhere) =>
        [
          `current is ${JSON.stringify(elsewhere)}`,
          true,
          [status("local", { ...nobody, elsewhere, rollbackRefused: "There is nothing to go back from." })],
        ] as [string, boolean, HostStatus[]],
    ),
  ])("when %s", (_, agree, hosts) => {
    const way = hosts.some(({ rollbackTo }) => rollbackTo !== null) ? { goBack: wayBack } : {};
    expect(text(statusLines({ ...about, agree, ...way, hosts }, options))).toMatchSnapshot();
  });

  test.each([
    [
      "that would be refused on all hosts alike says so once",
      { refused: "There is nothing to go back to.", remedy: "" },
      { rollbackTo: null, rollbackRefused: "There is nothing to go back to." },
      ["  rollback  There is nothing to go back to."],
    ],
    [
      "that a hold refuses says who lets go of it, and how",
      {
        refused: "Refused as long as the lock is held by bob.",
        remedy: "Ask bob: symlink-helper lock release production --force",
      },
      {},
      [
        `  rollback  would go to ${OLD}`,
        "            Refused as long as the lock is held by bob.",
        "            Ask bob: symlink-helper lock release production --force",
      ],
    ],
  ])("a rollback %s", (_, refusal, facts, expected) => {
    const goBack = { to: null, command: "", ...refusal };
    const lines = statusLines({ ...about, agree: true, goBack, hosts: [status("web1", facts)] }, options);
    const from = lines.findIndex((line) => line.startsWith("  rollback"));
    expect(lines.slice(from, from + expected.length)).toEqual(expected);
  });
});

describe("a crowd", () => {
  const names = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
  const without = (lines: readonly string[]): string => lines.filter((line) => line !== "").join("\n");

  test("of which three differ is three lines in the status, and one for the others", () => {
    const odd: Readonly<Record<string, Partial<HostStatus>>> = {
      web7: { live: OLD, findings: ["A run left something on web7."] },
      web8: { since: "2026-11-23T11:41:20Z", findings: ["A run left something on web8."] },
      web9: { state: "live" },
      web50: { ...nobody },
    };
    const hosts = names.map((name) => status(name, odd[name]));
    const lines = statusLines({ ...about, agree: false, hosts }, options);
    expect(lines.slice(2, 7)).toEqual([
      "  host      live              state  revision  since              by          message",
      `  97 hosts  ${NEW}  good   v1.4.2    18m ago … 14m ago  ann@laptop  Fix the login`,
      `  web7      ${OLD}  good   v1.4.2    14m ago            ann@laptop  Fix the login`,
      `  web9      ${NEW}  live   v1.4.2    14m ago            ann@laptop  Fix the login`,
      "  web50     nothing",
    ]);
    expect(without(lines)).toContain("  web7, web8: A run left something on HOST.");
    expect(lines.length).toBeLessThan(16);
  });

  test("in two halves: the names of one of them", () => {
    const hosts = names.map((name, index) => status(name, index < 45 ? { live: OLD } : {}));
    const lines = statusLines({ ...about, agree: false, hosts }, { ...options, width: 80 });
    expect(text(lines)).toContain("  55 hosts ");
    expect(text(lines)).toContain("  web1 and 44 others ");
    expect(text(lines)).toMatch(/web1 and 44 others:\n {4}web1, web2, .*\n(?: {4}web.*\n)* {4}.*web45\n/);
    expect(text(lines)).not.toContain("web46");
  });

  test("of which some cannot be asked says why once", () => {
    const error = (name: string): ErrorReport => ({
      kind: "unreachable",
      message: `${name} did not answer.`,
      remedy: "Try again.",
    });
    const hosts = names.map((name, index) => status(name, index < 40 ? { ...nobody, error: error(name) } : {}));
    const lines = statusLines({ ...about, agree: true, hosts }, { ...options, width: 80 });
    expect(lines[0]).toContain("is live on 60 of 100 hosts, not every host could be asked");
    expect(lines.filter((line) => line.includes("did not answer"))).toEqual(["  web1 did not answer."]);
    expect(text(lines)).toContain("What web1 says; the others say the like:");
  });

  test("that ran a command is a line for each code", () => {
    const hosts = names.map((host, index) => ({ ...ran, host, ms: index, code: index === 3 ? 1 : 0 }));
    expect(execLines({ ...about, command: "uptime", interrupted: false, hosts }, options)).toEqual([
      "",
      "uptime: 99 of 100 hosts ended with 0",
      "  host      code  took",
      "  99 hosts     0  99ms",
      "  web4         1   3ms",
    ]);
  });

  test("but of a few each has its own line", () => {
    const hosts = names.slice(0, 6).map((host) => ({ ...ran, host }));
    expect(execLines({ ...about, command: "uptime", interrupted: false, hosts }, options)).toHaveLength(3 + 6);
  });
});

const ran = { code: 0, directory: "/r", ms: 5, output: "", truncated: false, error: null };

describe("check", () => {
  const about = {
    user: "root",
    system: "Linux",
    filesystem: "ext4",
    freeBytes: null,
    freeInodes: null,
    clockAhead: 0,
    live: null,
  };

  test.each([
    [false, true, "web1  ready  user root, Linux, ext4, no app root yet: the first deploy makes it"],
    [false, false, "web1  not ready  user root, Linux, ext4, no app root yet"],
    [true, false, "web1  not ready  user root, Linux, ext4, nothing live"],
  ])("says plainly who is ready, and what is there (app root: %j)", (exists, ok, line) => {
    const host = { host: "web1", ok, about: { ...about, exists }, findings: [], error: null };
    const document = { schema: 1, app: "shop", environment: "production", ok, controller: [], hosts: [host] } as const;
    expect(checkLines(document, options)[0]).toBe(line);
  });
});

describe("shared diff", () => {
  const content = { bytes: 4, sha256: "0".repeat(64), lines: 1 };
  const host = (name: string, state: HostDiff["state"], error: HostDiff["error"] = null): HostDiff => ({
    host: name,
    state,
    content: null,
    keys: null,
    error,
  });
  const titleOf = (hosts: readonly HostDiff[], equal: boolean, has: boolean): string | undefined => {
    const reference = has ? { name: "web1", content } : null;
    return sharedDiffLines({ ...about, path: ".env", equal, reference, hosts }, options)[0];
  };

  test.each<[string, HostDiff[], boolean, boolean]>([
    ["is the same everywhere", [host("web1", "same"), host("web2", "same")], true, true],
    ["differs", [host("web1", "same"), host("web2", "missing")], false, true],
    ["is on no host", [host("web1", "missing"), host("web2", "missing")], true, false],
    ["is a directory everywhere", [host("web1", "directory")], true, false],
    ["is the same where it could be looked at", [host("web1", "same"), host("web3", "unknown", unreachable)], false, true],
    ["is on no host that could be asked", [host("web1", "missing"), host("web3", "unknown", unreachable)], false, false],
    ["could be looked at on no host", [host("web3", "unknown", unreachable)], false, false],
  ])("%s", (says, hosts, equal, has) => {
    expect(titleOf(hosts, equal, has)).toBe(`shop production: .env ${says}`);
  });

  test("of a file that is nowhere says how to put it there", () => {
    const document = { ...about, path: ".env", equal: true, reference: null, hosts: [host("web1", "missing")] };
    expect(text(sharedDiffLines(document, options))).toContain("symlink-helper shared put production .env --from FILE");
  });
});

describe("releases", () => {
  const rows = [
    row(NEW),
    row(OLD, { pinned: true, createdAt: "2026-11-20T09:00:00Z", message: null }),
    row("20261119T000000Z", { state: "failed", createdAt: "2026-11-19T00:00:00Z", bytes: null }),
    row("odd name", { state: "unknown", revision: null, createdAt: null, by: null, message: null, bytes: null }),
  ];
  const host = (name: string, facts: Partial<HostReleases> = {}): HostReleases => ({
    host: name,
    live: NEW,
    releases: rows,
    error: null,
    ...facts,
  });

  test.each([
    ["on hosts that agree", [host("web1"), host("web2")]],
    [
      "on hosts that do not",
      [
        host("web1"),
        host("web2", { live: OLD, releases: rows.slice(1) }),
        host("web3", { live: null, releases: [], error: unreachable }),
      ],
    ],
    ["where there is none", [host("local", { live: null, releases: [] })]],
  ])("%s", (_, hosts) => {
    expect(text(releasesLines({ ...about, hosts }, options))).toMatchSnapshot();
  });

  test("fit the terminal by shortening the message", () => {
    const long = [host("web1", { releases: [row(NEW, { message: "a long story ".repeat(20) })] })];
    const lines = releasesLines({ ...about, hosts: long }, { ...options, width: 100 });
    expect(Math.max(...lines.map(displayWidth))).toBe(100);
  });
});

describe("history", () => {
  const rows: HistoryDocument["rows"] = [
    {
      at: "2026-11-20T09:00:40Z",
      command: "deploy",
      result: "deployed, pruned 1",
      release: OLD,
      from: null,
      revision: "3fb2c81d0a6c54e6f1a1c2b7f6a1d0c9e8b7a6f5",
      by: "bob@desk",
      origin: "",
      message: "",
      reason: "",
      hosts: ["web1", "web2"],
    },
    {
      at: "2026-11-23T11:45:40Z",
      command: "deploy",
      result: "returned",
      release: NEW,
      from: OLD,
      revision: null,
      by: "ann",
      origin: "https://ci.example.org/run/7",
      message: "Fix the login",
      reason: "afterSwitch failed on web2",
      hosts: ["web1"],
    },
  ];

  test.each([
    ["of two runs", { ...about, rows, errors: [] }],
    ["with a host that cannot be asked", { ...about, rows, errors: [{ host: "web3", error: unreachable }] }],
    ["of nothing", { ...about, rows: [], errors: [] }],
  ])("%s", (_, document) => {
    expect(text(historyLines(document, options))).toMatchSnapshot();
  });
});

test("history says how many runs it leaves out, and how to see them", () => {
  const lines = historyLines({ ...about, rows: [], earlier: 7, errors: [] }, options);
  expect(lines).toContain("  7 more before these: symlink-helper history production --limit 7");
});

test("history says that it does not know all", () => {
  const lines = historyLines({ ...about, rows: [], earlier: 0, truncated: true, errors: [] }, options);
  expect(lines).toContain("  Older entries are not shown.");
});

describe("the lock", () => {
  const hold = {
    ...lease,
    kind: "hold" as const,
    by: "bob",
    reason: "the database is being moved",
    origin: "desk",
    command: "lock",
  };
  test.each([
    ["is free", [null, null]],
    ["is in use on one host", [lease, null]],
    ["is held by a person", [hold, hold]],
  ])("%s", (_, locks) => {
    const hosts = locks.map((lock, at) => ({ host: `web${at + 1}`, lock, error: null }));
    expect(text(lockLines({ ...about, hosts }, options))).toMatchSnapshot();
  });
});

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

describe("tables", () => {
  test("align wide and combining characters, and leave out columns that say nothing", () => {
    const columns = [{ title: "a" }, { title: "none" }, { title: "n", align: "right" as const }, { title: "z" }];
    const rows = [
      ["東京", "", "1", "x"],
      ["e\u0301", "", "200", ""],
    ];
    expect(renderTable(columns, rows, { theme: plainTheme })).toEqual(["a       n  z", "東京    1  x", "e\u0301     200"]);
  });

  test("P10: nothing in a cell breaks out of its line", () => {
    const anything = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(fc.tuple(anything, anything), { minLength: 1 }), (rows) => {
        const lines = renderTable([{ title: "a" }, { title: "b" }], rows, { theme: plainTheme, width: 60 });
        expect(lines.length).toBe(rows.length + 1);
        for (const line of lines)
          expect(disarm(line)).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]|^\s*::/);
      }),
    );
  });
});
