import { describe, expect, test } from "vitest";
import { isOwnHold, lockRemedy, whoHolds } from "../../src/fleet/lock-words.ts";
import { commandsFor } from "../../src/report/command-line.ts";
import { formatOwner, parseRecord, type LockRecord } from "../../src/plan/lock-record.ts";

const commands = commandsFor({ program: "slh", config: null }, "production");
const hold = {
  kind: "hold",
  by: "ann@laptop",
  since: "2026-11-23",
  origin: "laptop",
  reason: "db",
  command: "lock",
} as LockRecord;
const lease = {
  ...hold,
  kind: "lease",
  by: "bob",
  origin: "https://ci.example.org/7",
  reason: "",
  command: "deploy",
} as LockRecord;

describe("whoever finds the lock taken is told", () => {
  test.each<[string, LockRecord | null, string, string, string]>([
    [
      "that it is their own hold",
      hold,
      "ann@laptop",
      "held by you (ann@laptop), since 2026-11-23: db",
      "When the reason is gone: slh lock release production",
    ],
    [
      "whose hold it is",
      hold,
      "bob",
      "held by ann@laptop, since 2026-11-23: db",
      "Ask ann@laptop. When the reason is gone: slh lock release production --force",
    ],
    [
      "which run has it, and from where",
      lease,
      "ann@laptop",
      "locked by a running deploy of bob (https://ci.example.org/7), since 2026-11-23",
      "Wait for it to end, or look at it: slh lock status production",
    ],
    ["that nobody knows", null, "bob", "locked by somebody", "Wait for it to end, or look at it: slh lock status production"],
  ])("%s", (_, record, by, who, remedy) => {
    expect([whoHolds(record, { by }), lockRemedy(record, { by }, commands)]).toEqual([who, remedy]);
  });
});

test("a long name is still one's own, though the lock holds a part of it", () => {
  const by = "Екатерина Александровна Константинопольская-Воскресенская";
  const record = parseRecord(formatOwner({ ...hold, by }));
  expect(record.by).not.toBe(by);
  expect([isOwnHold(record, { by }), whoHolds(record, { by }).startsWith("held by you")]).toEqual([true, true]);
});
