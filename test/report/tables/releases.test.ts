import { describe, expect, test } from "vitest";
import type { HostReleases } from "../../../src/report/documents.ts";
import { releasesLines } from "../../../src/report/tables/releases.ts";
import { displayWidth } from "../../../src/report/width.ts";
import { NEW, OLD } from "../samples.ts";
import { about, options, row, text, unreachable } from "./support.ts";

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
