import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dropEscapes, safeJson, sanitize, sanitizeBlock, sanitizeDeep } from "../../src/report/sanitize.ts";

const ESC = "\u001b";

describe("sanitize", () => {
  test.each([
    ["ordinary text stays", "added 312 packages in 8s", "added 312 packages in 8s"],
    ["text of other languages stays", "naïve 東京 שלום हिन्दी 👩‍💻", "naïve 東京 שלום हिन्दी 👩‍💻"],
    ["tabs stay", "a\tb", "a\tb"],
    ["colours go", `${ESC}[1;31mred${ESC}[0m`, "red"],
    ["256 colours and colon forms go", `${ESC}[38:5:196mred${ESC}[m`, "red"],
    ["cursor movements and erasing go", `10%${ESC}[2K${ESC}[1G20%`, "10%20%"],
    ["a window title goes", `${ESC}]0;owned\u0007text`, "text"],
    ["a hyperlink leaves its text", `${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\`, "link"],
    ["a device control string goes", `${ESC}Pq#0${ESC}\\x`, "x"],
    ["a terminal reset goes", `a${ESC}cb`, "ab"],
    ["C1 forms of the same go", "\u009b31mred \u009d0;title\u009cok", "red ok"],
    ["a title without end does not hide the rest", `${ESC}]0;rm -rf /`, "0;rm -rf /"],
    ["a lone ESC shows", `a${ESC}`, "a\\x1b"],
    ["taking out one sequence makes no other", `${ESC}${ESC}[31m[31m`, "\\x1b[31m"],
    ["bell, backspace, CR and NUL show", "a\u0007\b\r\0", "a\\x07\\x08\\x0d\\x00"],
    ["line feeds show", "a\nb", "a\\nb"],
    ["other line breaks show", "a\u2028b\u2029c\u0085d\u000be", "a\\u{2028}b\\u{2029}c\\x85d\\x0be"],
    ["bidi overrides and isolates show", "a\u202eb\u2066c\u200f", "a\\u{202e}b\\u{2066}c\\u{200f}"],
    ["zero-width spaces and byte order marks show", "a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"],
    ["tag characters show", "a\u{e0041}", "a\\u{e0041}"],
    ["half a surrogate pair is replaced", "a\ud800b", "a\ufffdb"],
  ])("%s", (_, raw, shown) => {
    expect(sanitize(raw)).toBe(shown);
  });

  test("P10: nothing that a terminal obeys is left, whatever comes", () => {
    fc.assert(
      fc.property(hostile(), (text) => !OBEYED.test(sanitize(text)) && !sanitize(text).includes("\n")),
      { numRuns: 3000 },
    );
  });

  test("what is sanitized stays as it is", () => {
    fc.assert(fc.property(hostile(), (text) => sanitize(sanitize(text)) === sanitize(text)));
  });

  test("a block keeps its line feeds and nothing else", () => {
    fc.assert(fc.property(hostile(), (text) => !OBEYED.test(sanitizeBlock(text).replaceAll("\n", ""))));
    expect(sanitizeBlock("a\r\nb")).toBe("a\\x0d\nb");
  });
});

test("every string inside a value is sanitized, the rest is kept", () => {
  const value = { a: [`${ESC}[31mx`, 1, null, { b: "\u202e" }], c: true, d: undefined };
  expect(sanitizeDeep(value)).toEqual({ a: ["x", 1, null, { b: "\\u{202e}" }], c: true, d: undefined });
});

test("escape sequences can be taken out alone", () => {
  expect(dropEscapes(`a${ESC}[0mb\rc`)).toBe("ab\rc");
});

describe("JSON that is safe to look at", () => {
  test("is the same value, and has nothing that a terminal obeys", () => {
    const value = fc.dictionary(hostile(), hostile());
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (document, indent) => {
        const text = safeJson(document, indent);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
        expect(text.replaceAll("\n", "")).not.toMatch(OBEYED);
      }),
    );
  });
});

// What a terminal might act on: controls but tab, C1, separators, and what turns the direction of text.
const OBEYED = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;

function hostile(): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(
    ESC,
    "[",
    "]",
    "31m",
    "0;t",
    "\u0007",
    "\\",
    "\u009b",
    "\u009d",
    "\u009c",
    "\n",
    "\r",
    "\u202e",
    "P",
    "a",
  );
  return fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
  );
}
