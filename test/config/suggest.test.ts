import { closest, didYouMean, editDistance } from "../../src/config/suggest.ts";
import { expect, test } from "vitest";

test.each([
  ["", "", 0],
  ["keep", "keep", 0],
  ["kep", "keep", 1],
  ["keeep", "keep", 1],
  ["kepe", "keep", 1],
  ["abc", "", 3],
  ["ca", "abc", 3],
  ["kitten", "sitting", 3],
])("%j is %j with %i slips", (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
  expect(editDistance(to, from)).toBe(distance);
});

test.each([
  ["kep", "keep"],
  ["before_switch", "beforeSwitch"],
  ["BeforeSwitch", "beforeSwitch"],
  ["after-swich", "afterSwitch"],
  ["unrelated", null],
  ["x", null],
  ["", null],
  ["k".repeat(100_000), null],
])("%.20j was meant to be %j", (word, meant) => {
  expect(closest(word, ["keep", "beforeSwitch", "afterSwitch"])).toBe(meant);
});

test("a hint only where something is close", () => {
  expect(didYouMean("kep", ["keep"])).toBe("\nDid you mean `keep`?");
  expect(didYouMean("kep", ["wait"])).toBe("");
});
