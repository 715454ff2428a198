import { expect, test } from "vitest";
import { graceOn } from "../../src/plan/host-plan.ts";
import { leadersByRoot } from "../../src/plan/root-group.ts";

test("the first host of each root leads; who has no id yet leads itself", () => {
  expect(leadersByRoot(["a", "b", "a", "", "", "b", "a"])).toEqual([null, null, 0, null, null, 1, 0]);
  expect(leadersByRoot([])).toEqual([]);
});

test("P6: on NFS a release stays for a minute at least, elsewhere as configured", () => {
  const times = [0, 59, 60, 61, 3600];
  expect(times.map((seconds) => graceOn({ filesystem: "nfs" }, seconds))).toEqual([60, 60, 60, 61, 3600]);
  expect(times.map((seconds) => graceOn({ filesystem: "ext2/ext3" }, seconds))).toEqual(times);
});
