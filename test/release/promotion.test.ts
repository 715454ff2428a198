import { expect, test } from "vitest";
import { goodFrom, promotable } from "../../src/release/promotion.ts";
import type { HostWithFacts } from "../../src/release/rollback-fleet.ts";
import { commandsFor, plainCaller } from "../../src/report/command-line.ts";
import {
  deploy,
  factsOf,
  foreignDirectory,
  link,
  recover,
  remove,
  returnedDeploy,
  rollback,
  type Step,
  worldAfter,
} from "./world.ts";

const commands = commandsFor(plainCaller, "staging");
const A = deploy("A", null);
const AB = [A, deploy("B", "A")];
const unconfirmed = (id: string, from: string | null): Step[] => deploy(id, from).slice(0, -1);
const adopted = (id: string): Step[][] => [foreignDirectory(id), [link(id)], [(world): void => void recover(world)]];

function fleet(histories: readonly (readonly Step[][])[]): HostWithFacts[] {
  return histories.map((runs, index) => ({ host: `stage${index + 1}`, facts: factsOf(worldAfter(...runs)) }));
}

function answer(histories: readonly (readonly Step[][])[], release?: string): string {
  const found = promotable(fleet(histories), { environment: "staging", commands, ...(release === undefined ? {} : { release }) });
  return found.ok ? `${found.release} from ${found.from.join(" ")}` : found.message;
}

const NOT_GOOD = "B was never confirmed as good in staging.";
const DIFFERENT = "The hosts of staging serve different releases: it cannot be told which of them is meant.";

test.each<[why: string, histories: Step[][][], answer: string, release?: string]>([
  ["live and good", [AB], "B from stage1"],
  ["on all of several", [AB, AB], "B from stage1 stage2"],
  ["after a rollback, what it went back to", [[...AB, rollback("A", "B")]], "A from stage1"],
  ["nothing", [[]], "No release is live in staging."],
  ["some are behind: not all have tried it", [AB, [A]], DIFFERENT],
  ["one without anything", [AB, []], DIFFERENT],
  ["not confirmed", [[A, unconfirmed("B", "A")]], NOT_GOOD],
  ["confirmed on one only", [AB, [A, unconfirmed("B", "A")]], "B was never confirmed as good on every host of staging."],
  ["another tool's", [adopted("2019")], "2019 was never confirmed as good in staging."],
  ["named: one that was live", [AB], "A from stage1", "A"],
  ["named: one that only some have", [AB, [A]], "B from stage1", "B"],
  ["named: one that is gone from one host", [[...AB, remove("A")], AB], "A from stage2", "A"],
  ["named: one that is gone", [[...AB, remove("A")]], "A is on no host of staging, or not as this program made it.", "A"],
  ["named: one that was taken back", [[A, returnedDeploy("B", "A")]], NOT_GOOD, "B"],
  ["named: one that never was", [AB], "X is on no host of staging, or not as this program made it.", "X"],
])("%s", (_, histories, expected, release) => {
  expect(answer(histories, release)).toBe(expected);
});

test("who is told no sees what is live where", () => {
  const found = promotable(fleet([AB, [A], []]), { environment: "staging", commands });
  expect(found).toMatchObject({
    output: ["stage1: B is live (good)", "stage2: A is live (good)", "stage3: nothing is live"],
    remedy: expect.stringContaining("deploy staging --only-behind"),
  });
});

test("one release that was made from other files on one host than on another is two", () => {
  const [one, other] = fleet([AB, AB]);
  if (one === undefined || other === undefined) throw new Error("no hosts");
  const entries = other.facts.entries.map((entry) => ({ ...entry, tree: "another" }));
  const found = promotable([one, { ...other, facts: { ...other.facts, entries } }], { environment: "staging", commands });
  expect(found).toMatchObject({ ok: false, message: expect.stringContaining("made from other files") });
});

test("what a commit became, as long as it is there", () => {
  const hosts = fleet([AB]).map(({ host, facts }) => {
    const entries = facts.entries.map((entry) => ({ ...entry, revision: entry.release === "A" ? "a" : "b" }));
    return { host, facts: { ...facts, entries } };
  });
  expect([goodFrom(hosts, "a"), goodFrom(hosts, "b"), goodFrom(hosts, "c")]).toEqual([["A"], ["B"], []]);
});
