import { describe, expect, test } from "vitest";
import { LONGEST_WAIT } from "../../src/fleet/member.ts";
import { patienceWith } from "../../src/fleet/tasks.ts";

describe("a host that lives but says nothing", () => {
  test("is waited for as long as any work may take, if no task runs", () => {
    expect(patienceWith(null)).toBe(LONGEST_WAIT);
  });

  test.each([1, 1800, 86_400])("is not given up before a task of %d s had to end, and not waited for endlessly", (timeout) => {
    expect(patienceWith({ timeout })).toBeGreaterThan(timeout + LONGEST_WAIT / 2);
    expect(patienceWith({ timeout })).toBeLessThan(Infinity);
  });
});
