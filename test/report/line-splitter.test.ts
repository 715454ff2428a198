import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter } from "../../src/report/line-splitter.ts";
import type { SplitOptions } from "../../src/report/line-splitter.ts";
import { createMasker } from "../../src/report/mask.ts";

function split(chunks: readonly (string | Uint8Array)[], options: SplitOptions = {}): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), options);
  for (const chunk of chunks) splitter.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}

describe("lines", () => {
  test.each([
    ["end with LF", ["a\nb\n"], ["a", "b"]],
    ["end with CR LF", ["a\r\nb\r\n"], ["a", "b"]],
    ["end with CR LF in two chunks", ["a\r", "\nb"], ["a", "b"]],
    ["may be empty", ["\n\na\n"], ["", "", "a"]],
    ["may lack their end", ["a\nb"], ["a", "b"]],
    ["may come in pieces", ["he", "ll", "o\n"], ["hello"]],
    ["show the last state of a progress bar", ["10%\r20%\r100%\n"], ["100%"]],
    ["show the last state however it comes", ["10%", "\r", "20%\r", "100%", "\r", "\n"], ["100%"]],
    ["show a state that nothing followed", ["10%\r"], ["10%"]],
    ["of nothing are none", [""], []],
    ["keep a byte order mark", ["\ufeffa\n"], ["\ufeffa"]],
  ])("%s", (_, chunks, lines) => {
    expect(split(chunks)).toEqual(lines);
  });

  test("show bytes that are not UTF-8 as U+FFFD, and characters cut in two whole", () => {
    const euro = Buffer.from("€");
    expect(split([Uint8Array.of(0x61, 0xff, 0x0a)])).toEqual(["a\ufffd"]);
    expect(split([euro.subarray(0, 1), euro.subarray(1), "\n"])).toEqual(["€"]);
    expect(split([euro.subarray(0, 2)])).toEqual(["\ufffd"]);
  });

  test("too long ones come in pieces, without cutting a character", () => {
    expect(split(["abcdefgh\n"], { max: 3 })).toEqual(["abc", "def", "gh"]);
    expect(split(["ab👍cd\n"], { max: 3 })).toEqual(["ab👍", "cd"]);
  });

  test("of nothing but carriage returns are none, in one piece or several", () => {
    for (const cuts of [[], [1], [1, 1]]) expect(split(chunked("\r\r\r", cuts))).toEqual([]);
  });

  test("do not depend on how the output was cut into chunks", () => {
    const output = fc
      .array(fc.constantFrom("a", "b", "\n", "\r", "\r\n", "é", "👍", "\u001b[1m"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(output, cuts(), (text, at) => {
        expect(split(chunked(text, at))).toEqual(split([text]));
      }),
    );
  });

  test("a flood without a line end is passed on with little in hand", () => {
    const lines: number[] = [];
    const splitter = createLineSplitter((line) => lines.push(line.length), { max: 1000, mask: createMasker(["aaaa"]) });
    for (let at = 0; at < 1000; at += 1) splitter.write(Buffer.alloc(1000, "a"));
    expect(lines.length).toBeGreaterThan(900);
  });
});

describe("P10: no chunking lets a secret through", () => {
  const secrets = fc.array(fc.stringMatching(/^[ab01]{2,12}$/), { minLength: 1, maxLength: 3 });

  test("in lines of any length, cut anywhere", () => {
    const options = fc.record({
      secrets,
      parts: fc.array(fc.oneof(fc.nat(9), fc.constantFrom("a", "b", "-", "\n"))),
      max: fc.integer({ min: 2, max: 30 }),
    });
    fc.assert(
      fc.property(options, cuts(), ({ secrets: values, parts, max }, at) => {
        const text = parts.map((part) => (typeof part === "number" ? (values[part % values.length] ?? "") : part)).join("");
        const shown = split(chunked(text, at), { max, mask: createMasker(values) });
        expect(leaks(shown, values)).toEqual([]);
        // Nor may the pieces of one line, put together again, show one.
        if (!text.includes("\n")) expect(leaks([shown.join("")], values)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test("when nothing but the secret is said, over and over, no character of it remains", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab]{2,9}$/), fc.integer({ min: 2, max: 12 }), cuts(), (secret, max, at) => {
        const shown = split(chunked(secret.repeat(20), at), { max, mask: createMasker([secret]) });
        expect(shown.join("")).toMatch(/^\**$/);
      }),
    );
  });

  test("with colours inside it and a cut through both", () => {
    const coloured = "x".repeat(60) + "s\u001b[31mec\u001b[0mret";
    for (let max = 50; max < 70; max += 1) {
      expect(
        leaks([split([`${coloured}${"y".repeat(200)}`], { max, mask: createMasker(["secret"]) }).join("")], ["secret"]),
      ).toEqual([]);
    }
  });
});

function leaks(lines: readonly string[], secrets: readonly string[]): string[] {
  return secrets.filter((secret) => lines.some((line) => line.includes(secret)));
}

function cuts(): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
}

/** The bytes of a text in chunks of the given sizes, over and over. */
function chunked(text: string, sizes: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
