import { expect, test } from "vitest";
import { stepNames } from "./steps.ts";

test("the places of the runtime are found, and each has a name of its own", () => {
  const names = stepNames();
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(names).size).toBe(names.length);
});
