import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { checkClock, isReleaseName, nextReleaseId } from "../../src/release/id.ts";

const NOW = new Date("2026-11-23T11:45:02.900Z");

describe("nextReleaseId", () => {
  test.each<[why: string, existing: string[], id: string]>([
    ["the first one", [], "20261123T114502Z"],
    ["older ones do not matter", ["20261122T235959Z", "20250101T000000Z"], "20261123T114502Z"],
    ["two in one second", ["20261123T114502Z"], "20261123T114503Z"],
    ["a clock that is behind", ["20261123T235959Z", "20261123T114502Z"], "20261124T000000Z"],
    ["an id from the future", ["20300228T235959Z"], "20300301T000000Z"],
    ["14 digits from the future", ["20300101120000"], "20300101T120001Z"],
    ["14 digits of now", ["20261123114502"], "20261123T114503Z"],
    ["minutes only", ["20261123_1145"], "20261123T114502Z"],
    ["minutes only, from the future", ["20261123_1146"], "20261123T114601Z"],
    [
      "integers and words",
      ["7", "157", "99999999999999", "v1.2.3", "20261131T000000Z", "20261301000000", ""],
      "20261123T114502Z",
    ],
    ["a folded case", ["20261123t114502z"], "20261123T114503Z"],
    ["the last second there is", ["99991231T235959Z", "20261123T114502Z"], "20261123T114503Z"],
    ["the last second taken too", ["99991231T235958Z", "99991231T235959Z"], "20261123T114502Z"],
  ])("%s", (_why, existing, id) => {
    expect(nextReleaseId(NOW, existing)).toBe(id);
  });

  test("minting again and again gives ids that only grow, whatever the clock does", () => {
    const clocks = fc.array(fc.integer({ min: 0, max: 4_000_000_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(clocks, fc.array(fc.stringMatching(/^20[0-3]\d[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d$/)), (seconds, adopted) => {
        const ids = [...adopted];
        for (const second of seconds) {
          const id = nextReleaseId(new Date(second * 1000), ids);
          expect(id).toMatch(/^\d{8}T\d{6}Z$/);
          expect(isReleaseName(id)).toBe(true);
          // Impossible dates among the adopted are no times, so nothing is promised about them.
          for (const other of ids.filter((other) => other.length !== 14 || isDate(other))) expect(id > other).toBe(true);
          ids.push(id);
        }
      }),
    );
  });
});

describe("checkClock", () => {
  test.each(["2000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z"])("%s names a release", (now) => {
    expect(() => checkClock(new Date(now))).not.toThrow();
    expect(isReleaseName(nextReleaseId(new Date(now), []))).toBe(true);
  });

  test.each(["1970-01-01T00:00:07.000Z", "1999-12-31T23:59:59.999Z", "+011020-12-02T17:40:36.000Z"])("%s is no time", (now) => {
    const refused = { kind: "clock", message: expect.stringContaining(`The clock of this computer is wrong: it says ${now}`) };
    expect(() => checkClock(new Date(now))).toThrow(UserError);
    expect(() => checkClock(new Date(now))).toThrow(expect.objectContaining(refused));
  });
});

function isDate(digits: string): boolean {
  const parts = /^(....)(..)(..)(..)(..)(..)$/.exec(digits) ?? [];
  const [, y, mo, d, h, mi, s] = parts.map(Number) as [number, number, number, number, number, number, number];
  const date = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  return date.toISOString().replace(/\D/g, "").startsWith(digits);
}

describe("isReleaseName", () => {
  test.each(["20261123T114502Z", "20261123114502", "7", "20260305_0900", "v1.2.3-rc.1", "A", "x".repeat(128)])(
    "%s is",
    (name) => {
      expect(isReleaseName(name)).toBe(true);
    },
  );

  test.each(["", ".", "..", ".git", "-rf", "_x", "a b", "a/b", "a\n", "é", "x".repeat(129), "$(x)", "a\0"])(
    "%j is not",
    (name) => {
      expect(isReleaseName(name)).toBe(false);
    },
  );
});
