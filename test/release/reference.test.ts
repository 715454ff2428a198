import { expect, test } from "vitest";
import { referenceOf, type ReferenceRequest } from "../../src/release/reference.ts";
import type { HostWithFacts } from "../../src/release/rollback-fleet.ts";
import { commandsFor, plainCaller } from "../../src/report/command-line.ts";
import {
  deploy,
  factsOf,
  failedDeploy,
  foreignDirectory,
  link,
  recover,
  remove,
  returnedDeploy,
  rollback,
  type Step,
  worldAfter,
} from "./world.ts";

const commands = commandsFor(plainCaller, "production");

const A = deploy("A", null);
const AB = [A, deploy("B", "A")];
const ABC = [...AB, deploy("C", "B")];
/** Of a deploy everything but its confirmation. */
const unconfirmed = (id: string, from: string | null): Step[] => deploy(id, from).slice(0, -1);
const adopted = (id: string): Step[][] => [foreignDirectory(id), [link(id)], [(world): void => void recover(world)]];
/** Somebody sets the link by hand, and a run of ours finds it. */
const byHand = (id: string): Step[][] => [[link(id)], [(world): void => void recover(world)]];

function fleet(histories: readonly (readonly Step[][])[]): HostWithFacts[] {
  return histories.map((runs, index) => ({ host: `web${index + 1}`, facts: factsOf(worldAfter(...runs)) }));
}

function answer(histories: readonly (readonly Step[][])[], to?: string): string {
  const request: ReferenceRequest = { commands, ...(to === undefined ? {} : { to }) };
  const found = referenceOf(fleet(histories), request);
  return found.ok ? `${found.release} for ${found.behind.join(" ")} from ${found.from.join(" ")}` : found.kind;
}

test.each<[why: string, histories: Step[][][], answer: string, to?: string]>([
  ["nobody is behind", [ABC, ABC], "C for  from web1 web2"],
  ["a new host", [ABC, []], "C for web2 from web1"],
  ["a late host", [ABC, AB, ABC], "C for web2 from web1 web3"],
  ["late by several", [ABC, AB, [A]], "C for web2 web3 from web1"],
  ["late, and a directory that is gone there since", [[...ABC, remove("A")], [A]], "C for web2 from web1"],
  ["one that a foreign tool served", [ABC, adopted("2019")], "C for web2 from web1"],
  ["one that went back by itself", [ABC, [...AB, returnedDeploy("C", "B")]], "C for web2 from web1"],
  ["one on which it failed", [ABC, [...AB, failedDeploy("C", true)]], "C for web2 from web1"],
  ["one that never confirmed", [ABC, [unconfirmed("X", null)]], "C for web2 from web1"],
  ["one without link", [ABC, [...ABC, [link(null)]]], "C for web2 from web1"],
  ["rolled back alone: that may be what people want", [ABC, [...ABC, rollback("B", "C")]], "hosts-differ"],
  ["rolled back without a host that was away", [[...ABC, rollback("B", "C")], ABC], "hosts-differ"],
  ["newer by hand", [ABC, [...ABC, foreignDirectory("D"), ...byHand("D")]], "hosts-differ"],
  ["older by hand", [ABC, [...ABC, ...byHand("A")]], "hosts-differ"],
  ["newer, and nobody confirmed it", [ABC, [...ABC, unconfirmed("D", "C")]], "hosts-differ"],
  ["two that know nothing of each other", [[A], [deploy("X", null)]], "hosts-differ"],
  ["the newer of two, a third knows neither", [ABC, AB, [deploy("X", null)]], "hosts-differ"],
  ["named, where two are live", [[A], [deploy("X", null)]], "X for web1 from web2", "X"],
  ["named, going back", [ABC, [...ABC, rollback("B", "C")]], "B for web1 from web2", "B"],
  ["named, not live anywhere", [ABC, []], "not-live", "B"],
  ["named, live but not good", [AB, [...AB, unconfirmed("C", "B")]], "not-live", "C"],
  ["nothing anywhere", [[], []], "nothing-good"],
  ["only what another tool made", [adopted("2019"), []], "nothing-good"],
  ["only what nobody confirmed", [[unconfirmed("A", null)], []], "nothing-good"],
])("%s", (_, histories, expected, to) => {
  expect(answer(histories, to)).toBe(expected);
  // No host counts for more because of its place.
  const turned = answer(histories.toReversed(), to);
  const words = (text: string): string =>
    text
      .replaceAll(/web\d+/g, "")
      .trim()
      .replaceAll(/ +/g, " ");
  expect(words(turned)).toBe(words(expected));
});

test("two releases of one name are no reference for each other", () => {
  const [one, other] = fleet([AB, [...AB, rollback("A", "B")]]);
  if (one === undefined || other === undefined) throw new Error("no hosts");
  const entries = other.facts.entries.map((entry) => (entry.release === "B" && entry.tree ? { ...entry, tree: "other" } : entry));
  const found = referenceOf([one, { ...other, facts: { ...other.facts, entries } }], { commands, to: "B" });
  expect(found).toMatchObject({ ok: false, kind: "other-content", message: expect.stringContaining("web1 | web2") as string });
});

test("a refusal says what is live where, and names each choice", () => {
  const found = referenceOf(fleet([[A], [deploy("X", null)], []]), { commands });
  expect(found).toMatchObject({
    output: ["web1: A is live (good)", "web2: X is live (good)", "web3: nothing is live"],
    remedy:
      "Say which: symlink-helper deploy production --only-behind --to A  or  symlink-helper deploy production --only-behind --to X",
  });
});
