import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BEGINNING, next, step, type Limits } from "../../src/check/course.ts";

/** Plays attempts that take so many milliseconds each, and says how it ended, when, and after how many. */
function play(results: readonly boolean[], limits: Limits, takes: number): { kind: string; at: number; tries: number } {
  let [course, at] = [BEGINNING, 0];
  for (const ok of results) {
    at += takes;
    course = step(course, ok);
    const then = next(course, limits, at);
    if (then.kind !== "again") return { kind: then.kind, at, tries: course.tries };
    at += then.after;
  }
  return { kind: "open", at, tries: course.tries };
}

const FLAPS = Array.from({ length: 40 }, (_, at) => at % 2 === 0);
const LIMITS: Limits = { within: 10, interval: 1, consecutive: 1 };

describe("the course of a check", () => {
  test.each<[string, readonly boolean[], Limits, number, object]>([
    ["passes at once", [true], LIMITS, 5, { kind: "passed", tries: 1 }],
    ["passes later", [false, false, true], LIMITS, 5, { kind: "passed", tries: 3 }],
    ["fails when its time is over", Array(20).fill(false), LIMITS, 0, { kind: "failed", tries: 11, at: 10_000 }],
    ["is tried once where it has no time", [false], { ...LIMITS, within: 0 }, 5, { kind: "failed", tries: 1 }],
    ["may take long for its first attempt", [true], { ...LIMITS, within: 1 }, 60_000, { kind: "passed" }],
    [
      "begins again after a failure",
      [true, true, false, true, true, true],
      { ...LIMITS, consecutive: 3 },
      5,
      { kind: "passed", tries: 6 },
    ],
    ["fails where it flaps", FLAPS, { ...LIMITS, consecutive: 2 }, 0, { kind: "failed", tries: 11 }],
  ])("%s", (_, results, limits, takes, ended) => {
    expect(play(results, limits, takes)).toMatchObject(ended);
  });

  test("always ends, in its time and what one attempt takes, and passes only after enough in a row", () => {
    const limits = fc.record({
      within: fc.nat({ max: 100 }),
      interval: fc.integer({ min: 1, max: 20 }),
      consecutive: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(limits, fc.infiniteStream(fc.boolean()), fc.nat({ max: 30_000 }), (some, stream, takes) => {
        const results = [...stream.take(200)];
        const { kind, at, tries } = play(results, some, takes);
        expect(["passed", "failed"]).toContain(kind);
        expect(at).toBeLessThanOrEqual(some.within * 1000 + takes);
        const last = results.slice(Math.max(0, tries - some.consecutive), tries);
        expect(kind === "passed").toBe(last.length === some.consecutive && last.every(Boolean));
      }),
    );
  });
});
