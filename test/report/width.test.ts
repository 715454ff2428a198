import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, padEnd, padStart, truncate, wrap } from "../../src/report/width.ts";

test.each([
  ["abc", 3],
  ["", 0],
  ["東京", 4],
  ["e\u0301", 1],
  ["👍", 2],
  ["naïve…", 6],
])("%j takes %d columns", (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test("padding counts columns, not characters", () => {
  expect([padEnd("東", 4), padStart("東", 4), padEnd("toolong", 3)]).toEqual(["東  ", "  東", "toolong"]);
});

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 4, "abc…"],
  ["東京都", 4, "東…"],
])("%j cut to %d columns is %j", (text, columns, cut) => {
  expect(truncate(text, columns)).toBe(cut);
});

describe("wrapped text", () => {
  test.each([
    ["breaks at spaces", "one two three", 8, ["one two", "three"]],
    ["keeps what stands between backticks whole", "type `npm ci --omit=dev` now", 20, ["type", "`npm ci --omit=dev`", "now"]],
    [
      "breaks even that if it fits nowhere",
      "type `a very long command line` now",
      12,
      ["type `a very", "long command", "line` now"],
    ],
    ["leaves a long word alone", "a https://example.org/very/long b", 10, ["a", "https://example.org/very/long", "b"]],
    ["is one line without a width", "one two three", undefined, ["one two three"]],
  ])("%s", (_, text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines);
  });

  test("loses no word", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z`]{1,9}$/)), fc.integer({ min: 1, max: 30 }), (words, columns) => {
        expect(wrap(words.join(" "), columns).join(" ").split(/ +/)).toEqual(words.join(" ").split(/ +/));
      }),
    );
  });
});
