import { describe, expect, test } from "vitest";
import { lockLines } from "../../../src/report/tables/lock.ts";
import { lease } from "../samples.ts";
import { about, options, text } from "./support.ts";

describe("the lock", () => {
  const hold = {
    ...lease,
    kind: "hold" as const,
    by: "bob",
    reason: "the database is being moved",
    origin: "desk",
    command: "lock",
  };
  test.each([
    ["is free", [null, null]],
    ["is in use on one host", [lease, null]],
    ["is held by a person", [hold, hold]],
  ])("%s", (_, locks) => {
    const hosts = locks.map((lock, at) => ({ host: `web${at + 1}`, lock, error: null }));
    expect(text(lockLines({ ...about, hosts }, options))).toMatchSnapshot();
  });
});
