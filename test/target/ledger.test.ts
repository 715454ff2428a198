import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatEntry, parseLedger } from "../../src/release/ledger-text.ts";
import * as requests from "../../src/host/requests.ts";
import { Bench, put } from "./bench.ts";
import { mainKinds } from "./kinds.ts";

const stamp = { v: 1, at: "2026-11-23T11:45:02.000Z", by: "ann", run: "r1", generation: 1, command: "deploy" } as const;
const line = (release: string, message = ""): string =>
  formatEntry({ ...stamp, kind: "good", release, from: null, revision: null, message });

/** What a ledger may end in, and what must come between that and the next line. */
const ENDS: readonly [string, string, string][] = [
  ["nothing", "", ""],
  ["a whole line", "whole\n", ""],
  ["a torn line", '{"v":1,"ki', "\n"],
  ["NULs", "whole\n\0\0\0", "\n"],
  ["a torn line and NULs", "torn\0\0", "\n"],
  ["a newline and spaces", "whole\n  ", "\n"],
  ["a byte that is no text", "torn\xff", "\n"],
  ["the byte after NUL", "torn\x01", "\n"],
  ["a carriage return", "torn\r", "\n"],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test.each(ENDS)("a line added behind %s is a line of its own", async (_, end, between) => {
    await bench.fresh();
    put(bench.home("ledger.jsonl"), Buffer.from(end, "latin1"));
    await bench.ask(requests.note([line("a"), line("b")]));
    expect(bench.ledger()).toBe(`${end}${between}${line("a")}\n${line("b")}\n`);
    expect(parseLedger(bench.ledger()).entries.map(({ release }) => release)).toEqual(["a", "b"]);
  });

  test("told are the last lines, and older ones about releases that are there", async () => {
    await bench.fresh();
    bench.release("kept");
    const about = ["kept", "gone", "kept", "gone", "x", "y"];
    put(bench.home("ledger.jsonl"), about.map((release, index) => `${line(release, `fact ${index}`)}\n`).join(""));
    expect(await told(bench, 2)).toEqual(["kept", "kept", "x", "y"]);
    expect(await told(bench, 100)).toEqual(about);
    expect(await told(bench, 0)).toEqual(["kept", "kept"]);
  });

  test("a damaged ledger is told without the bytes that would damage the conversation", async () => {
    await bench.fresh();
    put(bench.home("ledger.jsonl"), Buffer.from(`${line("a")}\r\n\0\0\0${line("b")}\n\xff\xfe torn\n${line("c")}`, "latin1"));
    expect(await told(bench, 100)).toEqual(["a", "b", "c"]);
  });

  test("there is no ledger at first, and that is no failure", async () => {
    await bench.fresh();
    expect(await told(bench, 100)).toEqual([]);
  });
});

async function told(bench: Bench, last: number): Promise<string[]> {
  const lines = await bench.ask(requests.look({ ledgerLines: last, base: false, shared: [] }));
  const ledger = lines.filter((text) => text.startsWith("ledger ")).map((text) => text.slice("ledger ".length));
  return parseLedger(ledger.join("\n")).entries.map(({ release }) => release);
}
