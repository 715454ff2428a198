import { describe, expect, test } from "vitest";
import { formatEntry, parseLedger } from "../../src/release/ledger-text.ts";
import type { LedgerEntry } from "../../src/release/ledger.ts";
import { forMissed, missedIn } from "../../src/release/missed.ts";
import { commandsFor } from "../../src/report/command-line.ts";

const REVISION = "a".repeat(40);

function good(release: string, hosts?: readonly string[], revision: string | null = REVISION): LedgerEntry {
  const stamp = { at: "2026-01-01T00:00:00Z", by: "ann", run: "r", generation: 1, command: "deploy", revision };
  return { v: 1, kind: "good", release, ...stamp, ...(hosts === undefined ? {} : { hosts }) };
}

const facts = (live: string | null, entries: readonly LedgerEntry[]) => ({ live, releases: [], entries });

describe("who of a root group missed what is live", () => {
  test.each<[string, string | null, LedgerEntry[], string[], string[]]>([
    ["one that the last confirmation does not name", "B", [good("B", ["web1"])], ["web1", "web2"], ["web2"]],
    ["the last one counts", "B", [good("B", ["web1"]), good("B", ["web1", "web2"])], ["web1", "web2"], []],
    ["that of another release does not", "B", [good("B", ["web1", "web2"]), good("C", ["web1"])], ["web1", "web2"], []],
    ["a ledger of an older version does not tell", "B", [good("B")], ["web1", "web2"], []],
    ["a host that shares with nobody has one name, whichever", "B", [good("B", ["web1"])], ["renamed"], []],
    ["nothing is live", null, [good("B", ["web1"])], ["web1", "web2"], []],
  ])("%s", (_, live, entries, group, missed) => {
    expect(missedIn(facts(live, entries), group)?.hosts ?? []).toEqual(missed);
  });

  test("the ledger keeps who was there, and the very commit is deployed for those who were not", () => {
    const { entries, damaged } = parseLedger(formatEntry(good("B", ["web1", "\u00fc"])));
    expect([entries[0]?.hosts, damaged]).toEqual([["web1", "\u00fc"], 0]);
    const commands = commandsFor({ program: "slh", config: null }, "production");
    expect(forMissed(facts("B", entries), commands)).toMatch(`: slh deploy production --ref ${REVISION}`);
    expect(forMissed(facts("B", [good("B", ["web1"], null)]), commands)).toMatch(/: slh deploy production$/);
  });
});
