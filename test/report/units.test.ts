import { describe, expect, test } from "vitest";
import { count, formatAge, formatBytes, formatDuration, formatTime } from "../../src/report/units.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1234, "1.2 kB"],
  [9949, "9.9 kB"],
  [18_300, "18 kB"],
  [999_499, "999 kB"],
  [999_999, "1.0 MB"],
  [4_100_000, "4.1 MB"],
  [1_073_741_824, "1.1 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, "0ms"],
  [34, "34ms"],
  [100, "0.1s"],
  [812, "0.8s"],
  [12_400, "12.4s"],
  [59_949, "59.9s"],
  [59_999, "1m 00s"],
  [125_000, "2m 05s"],
  [3_599_999, "1h 00m"],
  [3_720_000, "1h 02m"],
])("%d ms are %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe("ages", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  test.each([
    [null, "-"],
    ["2026-11-23T12:00:00Z", "just now"],
    ["2026-11-23T11:59:01Z", "just now"],
    ["2026-11-23T12:00:50Z", "just now"],
    ["2026-11-23T11:57:00Z", "3m ago"],
    ["2026-11-23T10:00:00Z", "2h ago"],
    ["2026-11-18T12:00:00Z", "5d ago"],
    ["2026-09-01T08:30:00Z", "2026-09-01 08:30"],
    ["2026-11-23T13:30:00+01:00", "2026-11-23 12:30"],
    ["yesterday", "yesterday"],
  ])("of %s are %s", (iso, text) => {
    expect(formatAge(iso, now)).toBe(text);
  });
});

test("times are shown in UTC, to the minute", () => {
  expect(formatTime("2026-11-23T12:45:31+01:00")).toBe("2026-11-23 11:45");
  expect(formatTime("soon")).toBe("soon");
});

test("counts know the plural", () => {
  expect([0, 1, 2].map((amount) => count(amount, "host"))).toEqual(["0 hosts", "1 host", "2 hosts"]);
});
