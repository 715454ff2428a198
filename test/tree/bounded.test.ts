import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { mapBounded, readAhead } from "../../src/tree/bounded.ts";

const items = Array.from({ length: 30 }, (_, index) => index);

/** Counts how much of something is going on, and what was ever begun. */
function counted(fail: number | null = null): { begun: number[]; most: () => number; work: (item: number) => Promise<string> } {
  const begun: number[] = [];
  let now = 0;
  let most = 0;
  const work = async (item: number): Promise<string> => {
    begun.push(item);
    most = Math.max(most, ++now);
    for (let turn = 0; turn <= item % 4; turn += 1) await setImmediate();
    now -= 1;
    if (item === fail) throw new Error(`failed at ${item}`);
    return `done ${item}`;
  };
  return { begun, most: () => most, work };
}

describe("mapping with a limit", () => {
  it("keeps to it, uses it, and gives results in order", async () => {
    const { most, work } = counted();
    expect(await mapBounded(items, 5, work)).toEqual(items.map((item) => `done ${item}`));
    expect(most()).toBe(5);
  });

  it("begins nothing more after a failure", async () => {
    const { begun, work } = counted(3);
    await expect(mapBounded(items, 4, work)).rejects.toThrow("failed at 3");
    const before = begun.length;
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(begun.length - before).toBe(0);
    expect(before).toBeLessThan(15);
  });

  it("of nothing is nothing", async () => {
    expect(await mapBounded([], 4, () => Promise.reject(new Error("never")))).toEqual([]);
  });
});

describe("reading ahead", () => {
  it("gives results in order, with no more begun than asked for", async () => {
    const { begun, work } = counted();
    const results: string[] = [];
    for await (const result of readAhead(items, 6, work)) {
      results.push(result);
      expect(begun.length).toBeLessThanOrEqual(results.length + 6);
    }
    expect(results).toEqual(items.map((item) => `done ${item}`));
  });

  it("fails where the failure's turn comes", async () => {
    const results: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const result of readAhead(items, 6, counted(3).work)) {
        results.push(result);
        // Long enough for the failure to have happened, and for Node to call it unhandled.
        for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      }
    };
    await expect(reading()).rejects.toThrow("failed at 3");
    expect(results).toHaveLength(3);
  });
});
