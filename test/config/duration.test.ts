import { expect, test } from "vitest";
import { formatSeconds, seconds } from "../../src/config/duration.ts";
import * as fc from "fast-check";

test.each([
  [30, 30],
  [0, 0],
  ["0s", 0],
  ["30s", 30],
  ["2m", 120],
  ["1h30m", 5400],
  ["1d", 86_400],
  ["1d2h3m4s", 93_784],
  ["90m", 5400],
  [1.5, null],
  [-1, null],
  [Number.NaN, null],
  [Infinity, null],
  ["", null],
  ["30", null],
  ["30 s", null],
  ["30ms", null],
  ["-1s", null],
  ["1m1h", null],
  ["s", null],
  ["1.5h", null],
  ["1e3s", null],
])("%j is %j seconds", (written, expected) => {
  expect(seconds(written)).toBe(expected);
});

test("whatever is formatted reads as the same time", () => {
  fc.assert(fc.property(fc.nat({ max: 10_000_000 }), (time) => seconds(formatSeconds(time)) === time));
});
