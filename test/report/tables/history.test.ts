import { describe, expect, test } from "vitest";
import type { HistoryDocument } from "../../../src/report/history-document.ts";
import { historyLines } from "../../../src/report/tables/history.ts";
import { NEW, OLD } from "../samples.ts";
import { about, options, text, unreachable } from "./support.ts";

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
