import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatEntry, parseLedger } from "../../src/release/ledger-text.ts";
import { factOf, type LedgerEntry, type LedgerKind, type Stamp } from "../../src/release/ledger.ts";

const STAMP: Stamp = { at: "2026-11-23T11:45:02.000Z", by: "ann@laptop", run: "r1", generation: 3, command: "deploy" };
const good = (release: string): LedgerEntry => factOf(STAMP, "good", release, { from: null });
const line = (release: string): string => formatEntry(good(release));

const kinds: LedgerKind[] = [
  "preparing",
  "sealed",
  "switching",
  "live",
  "good",
  "failed",
  "returned",
  "pruned",
  "pinned",
  "adopted",
];
const words = fc.string({ unit: "binary", maxLength: 40 });
const anyEntry: fc.Arbitrary<LedgerEntry> = fc
  .record(
    {
      kind: fc.constantFrom(...kinds),
      release: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
      at: fc.constant(STAMP.at),
      by: words,
      run: words,
      generation: fc.nat(),
      command: words,
      from: fc.option(fc.constantFrom("A", "B")),
      revision: fc.option(words),
      tree: words,
      fingerprint: words,
      message: words,
      reason: words,
      origin: words,
      bytes: fc.nat(),
      recovered: words,
    },
    { requiredKeys: ["kind", "release", "at", "by", "run", "generation", "command"], noNullPrototype: true },
  )
  .map((entry) => ({ v: 1 as const, ...entry }));

describe("formatEntry", () => {
  test("a line begins so that grep finds a release, and keeps its order whatever the entry's", () => {
    const entry = {
      bytes: 5,
      reason: "why",
      command: "deploy",
      generation: 1,
      run: "r",
      by: "b",
      at: "t",
      release: "A",
      kind: "sealed",
      v: 1,
    };
    expect(formatEntry(entry as LedgerEntry)).toBe(
      '{"v":1,"kind":"sealed","release":"A","at":"t","by":"b","run":"r","generation":1,"command":"deploy","reason":"why","bytes":5}',
    );
  });

  test("any texts make one line of printable ASCII, and come back", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const text = formatEntry(entry);
        expect(text).toMatch(/^[ -~]+$/);
        expect(parseLedger(`${text}\n`)).toEqual({ entries: [entry], damaged: 0 });
      }),
      { numRuns: 500 },
    );
  });

  test("texts of people are cut, not in the middle of a character, and the cut shows", () => {
    const text = formatEntry({
      ...good("A"),
      message: `${"x".repeat(998)}\u{1f600}${"y".repeat(5000)}`,
      reason: "z".repeat(100_000),
    });
    const [entry] = parseLedger(text).entries;
    expect(entry?.message).toBe(`${"x".repeat(998)}…`);
    expect(entry?.reason).toHaveLength(1000);
    expect(text.length).toBeLessThan(3000);
  });

  test("a text that just fits is whole", () => {
    const [entry] = parseLedger(formatEntry({ ...good("A"), message: "m".repeat(1000) })).entries;
    expect(entry?.message).toBe("m".repeat(1000));
  });
});

describe("parseLedger", () => {
  test.each<[why: string, text: string, releases: string[], damaged: number]>([
    ["nothing", "", [], 0],
    ["empty lines", `\n\n${line("A")}\n\n`, ["A"], 0],
    ["no newline at the end", `${line("A")}\n${line("B")}`, ["A", "B"], 0],
    ["carriage returns and a byte order mark", `\ufeff${line("A")}\r\n${line("B")}\r\n`, ["A", "B"], 0],
    ["a torn line", `${line("A")}\n${line("B").slice(0, 40)}\n${line("C")}\n`, ["A", "C"], 1],
    ["two lines merged", `${line("A")}${line("B")}\n${line("C")}\n`, ["C"], 1],
    ["binary", `${line("A")}\n\x01\xff\xfe garbage \x7f\n${line("B")}`, ["A", "B"], 1],
    ["zeros after a power cut", `${line("A")}\n${"\0".repeat(4096)}`, ["A"], 0],
    ["appended after the zeros", `${line("A")}\n${"\0".repeat(4096)}${line("B")}\n`, ["A", "B"], 0],
    ["torn, then zeros", `${line("A").slice(0, 30)}${"\0".repeat(9)}${line("B")}\n`, ["B"], 1],
    ["the same line twice", `${line("A")}\n${line("B")}\n${line("A")}\n`, ["A", "B"], 0],
    ["another version", `{"v":2,"kind":"good","release":"A"}\n${line("B")}`, ["B"], 1],
    ["an unknown kind", `${line("A").replace("good", "praised")}\n${line("B")}`, ["B"], 1],
    ["a kind that every object has", line("A").replace("good", "toString"), [], 1],
    ["not an object", `[]\nnull\n"x"\n5\n${line("B")}`, ["B"], 4],
    ["a release that points elsewhere", line("A").replace('"A"', '"../../etc"'), [], 1],
    ["no release where one is needed", line("A").replace('"A"', '""'), [], 1],
    ["a field of another type", line("A").replace('"generation":3', '"generation":"3"'), [], 1],
    ["a missing field", line("A").replace('"run":"r1",', ""), [], 1],
  ])("%s", (_why, text, releases, damaged) => {
    const ledger = parseLedger(text);
    expect(ledger.entries.map(({ release }) => release)).toEqual(releases);
    expect(ledger.damaged).toBe(damaged);
  });

  test("facts about no release are fine", () => {
    const text = (["takeover", "held", "released", "foreign"] as const)
      .map((kind) => formatEntry(factOf(STAMP, kind, "")))
      .join("\n");
    expect(parseLedger(text).damaged).toBe(0);
  });

  test("fields of later versions are kept out", () => {
    const text = line("A").replace("{", '{"__proto__":{"x":1},"later":[1],');
    expect(parseLedger(text).entries).toEqual([good("A")]);
  });

  test("never throws, and lines that are whole survive anything around them", () => {
    const junk = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replaceAll("\n", " "));
    fc.assert(
      fc.property(fc.array(junk), fc.uniqueArray(anyEntry, { selector: formatEntry, maxLength: 5 }), (noise, entries) => {
        const lines = entries.flatMap((entry, index) => [noise[index] ?? "", formatEntry(entry)]);
        expect(parseLedger([...lines, ...noise].join("\n")).entries).toEqual(entries);
      }),
      { numRuns: 500 },
    );
  });
});
