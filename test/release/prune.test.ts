import { describe, expect, test } from "vitest";
import { afterDeploy } from "../../src/release/ahead.ts";
import type { HostFacts } from "../../src/release/facts.ts";
import { pruneCandidates, type PrunePolicy } from "../../src/release/prune.ts";
import {
  deploy,
  factsOf,
  failedDeploy,
  foreignDirectory,
  link,
  pin,
  play,
  recover,
  returnedDeploy,
  rollback,
  stampOf,
  type Step,
  worldAfter,
} from "./world.ts";

const ABCDE = ["A", "B", "C", "D", "E"].map((id, index, ids) => deploy(id, ids[index - 1] ?? null));
const found: Step[] = [(world): void => void recover(world)];
const adoptedX = [...foreignDirectory("X"), link("X"), ...found];

/** Back to B, from where somebody else goes on to A, behind which there is nothing to go back to. */
function othersWent(...then: Step[][]): Step[][] {
  return [...ABCDE, rollback("B", "E"), [waits(900), link("A")], ...then];
}

function waits(seconds: number): Step {
  return (world) => void (world.now += seconds);
}

function removed(facts: HostFacts, policy: Partial<PrunePolicy> = {}): string {
  return pruneCandidates(facts, { keep: 2, grace: 60, ...policy }).remove.join(" ");
}

describe("P6: prune deletes only garbage", () => {
  test.each<[why: string, runs: Step[][], policy: Partial<PrunePolicy>, removed: string]>([
    ["the oldest good ones, oldest first", ABCDE, {}, "A B C"],
    ["keep 1: the live one, and what rollback would go to", ABCDE, { keep: 1 }, "A B C"],
    ["keep 0 is keep 1", ABCDE, { keep: 0 }, "A B C"],
    ["keep nonsense is keep 1", ABCDE, { keep: Number.NaN }, "A B C"],
    ["keep all", ABCDE, { keep: Infinity }, ""],
    ["keep more than there are", ABCDE, { keep: 9 }, ""],
    [
      "failed ones go first, and evict no good one",
      [...ABCDE, failedDeploy("F", true), failedDeploy("G", true)],
      { keep: 5 },
      "F G",
    ],
    ["failed ones go before good ones", [...ABCDE, failedDeploy("F", true)], { keep: 4 }, "F A"],
    ["taken back ones go too", [...ABCDE, returnedDeploy("R", "E")], { keep: 5 }, "R"],
    ["interrupted before the switch", [...ABCDE, deploy("S", "E").slice(0, 4)], { keep: 5 }, "S"],
    ["half made", [...ABCDE, deploy("H", "E").slice(0, 2)], { keep: 5 }, "H"],
    ["half made, by somebody at work", [...ABCDE, deploy("H", "E").slice(0, 2)], { keep: 5, protect: ["H"] }, ""],
    ["in use by a process", ABCDE, { protect: ["A", "C"] }, "B"],
    ["pinned ones stay, and do not count", [...ABCDE, pin("B", true), pin("D", true)], { keep: 2 }, "A"],
    ["a pinned live one does not count", [...ABCDE, pin("E", true)], { keep: 2 }, "A B"],
    ["unpinned again", [...ABCDE, pin("B", true), pin("B", false)], {}, "A B C"],
    ["a failed one that is pinned stays", [...ABCDE, failedDeploy("F", true), pin("F", true)], { keep: 5 }, ""],
    ["strangers stay for ever", [foreignDirectory("X"), ...ABCDE, foreignDirectory("Y")], {}, "A B C"],
    [
      "a stranger's that was live stays",
      [...ABCDE.slice(0, 2), [...foreignDirectory("X"), link("X")], found, deploy("C", "X"), ...ABCDE.slice(3)],
      {},
      "A B C",
    ],
    ["an adopted one counts, and goes like the others", [adoptedX, deploy("A", "X"), deploy("B", "A")], {}, "X"],
    ["after going back: the line first, then what one went back from", [...ABCDE, rollback("C", "E")], { keep: 3 }, "D E"],
    ["after going back: what one went back from before old ones", [...ABCDE, rollback("C", "E")], { keep: 4 }, "D"],
    ["live, never confirmed: does not count", [...ABCDE, deploy("U", "E").slice(0, 7)], { keep: 2 }, "A B C"],
    [
      "once live, never confirmed, newer than what is kept",
      [...ABCDE, deploy("U", "E").slice(0, 7), deploy("F", "U")],
      {},
      "A B C D",
    ],
    ["once live, never confirmed, and old", [deploy("U", null).slice(0, 7), deploy("A", "U"), ...ABCDE.slice(1)], {}, "U A B C"],
    ["once live, never confirmed, few good ones", [deploy("U", null).slice(0, 7), deploy("A", "U")], {}, ""],
    ["left by other hands a moment ago, though left by ours long before", othersWent(found), { keep: 1, grace: 250 }, "C D E"],
    ["the same, some time after that was found", [...othersWent(found), [waits(900)]], { keep: 1, grace: 250 }, "C D E B"],
    ["nothing is live: what one would go back to stays", [...ABCDE, [link(null)]], { keep: 1 }, "A B C D"],
  ])("%s", (_why, runs, policy, expected) => {
    expect(removed(factsOf(worldAfter(...runs)), policy)).toBe(expected);
  });

  test("what `current` leads into stays, whoever set it so, and counts as left once a deploy has replaced the link", () => {
    const world = worldAfter(...ABCDE);
    const facts = { ...factsOf(world), live: null, elsewhere: "releases/A/public", within: "A" };
    expect(removed(facts, { keep: 1 })).toBe("B C D");
    expect(removed(afterDeploy(facts, "F", stampOf(world, "deploy")), { keep: 1 })).toBe("B C D");
  });

  test("nothing is removed where the ledger says nothing", () => {
    const facts = factsOf(worldAfter(...ABCDE, failedDeploy("F", true)));
    expect(removed({ ...facts, entries: [] })).toBe("");
    expect(removed({ ...facts, entries: [], live: null })).toBe("");
  });

  test("with lines missing, what was complete may have been good", () => {
    const facts = factsOf(worldAfter(...ABCDE));
    const entries = facts.entries.filter(({ release, kind, from }) => {
      return from !== "D" && (release !== "D" || kind === "preparing" || kind === "sealed");
    });
    const releases = facts.releases.map((fact) => ({ ...fact, leftAgo: null }));
    expect(removed({ ...facts, entries, releases })).toContain("D");
    expect(removed({ ...facts, entries, releases, damaged: 1 })).not.toContain("D");
    expect(removed({ ...facts, entries })).not.toContain("D");
  });
});

describe("P6: grace", () => {
  const left = (facts: HostFacts, ago: Record<string, number | null>): HostFacts => {
    return { ...facts, releases: facts.releases.map((fact) => ({ ...fact, leftAgo: ago[fact.id] ?? null })) };
  };
  const facts = factsOf(worldAfter(...ABCDE));
  const returned = factsOf(worldAfter(...ABCDE, returnedDeploy("R", "E")));

  test.each<[why: string, facts: HostFacts, ago: Record<string, number | null>, removed: string]>([
    ["long ago", facts, { A: 900, B: 800, C: 700, D: 600 }, "A B C"],
    ["a moment ago", facts, { A: 900, B: 59, C: 700, D: 600 }, "A C"],
    ["exactly long enough ago", facts, { A: 60, B: 60, C: 60, D: 60 }, "A B C"],
    ["unknown, but left before one that was left long ago", facts, { A: null, B: 800, C: null, D: 600 }, "A B C"],
    ["unknown, and no later one helps", facts, { A: null, B: null, C: null, D: 3 }, ""],
    ["the clock was set back", facts, { A: 900, B: 800, C: -5, D: 3 }, "A B"],
    ["the clock was set back, but a later one helps", facts, { A: 900, B: -5, C: 700, D: 600 }, "A B C"],
    ["taken back a moment ago", returned, { A: 900, B: 800, C: 700, D: 600, R: 2 }, "A B C"],
    ["taken back long ago", returned, { A: 900, B: 800, C: 700, D: 600, R: 200 }, "R A B C"],
  ])("%s", (_why, given, ago, expected) => {
    expect(removed(left(given, ago))).toBe(expected);
  });

  test("without grace everything is long ago", () => {
    expect(removed(left(facts, { A: 0, B: 0, C: 0, D: 0 }), { grace: 0 })).toBe("A B C");
  });
});

test("P6: every release that stays has a reason", () => {
  const world = worldAfter(
    foreignDirectory("X"),
    ...ABCDE,
    pin("A", true),
    deploy("U", "E").slice(0, 7),
    deploy("F", "U"),
    deploy("G", "F"),
  );
  play(world, foreignDirectory("Z"));
  const { kept, remove } = pruneCandidates(factsOf(world), { keep: 3, grace: 60, protect: ["B"] });
  expect(remove).toEqual(["C", "D"]);
  expect(Object.fromEntries(kept.map(({ id, why }) => [id, why]))).toEqual({
    A: "it is pinned",
    B: "it is in use",
    E: "it is one of 3 good releases to keep",
    F: "a rollback would go to it",
    G: "it is live",
    U: "it was live and is no older than what is kept",
    X: "this program did not make it",
    Z: "this program did not make it",
  });
});

test("P11: what a plan says will be pruned is what is pruned after the deploy", () => {
  const world = worldAfter(...ABCDE, failedDeploy("F", true));
  const planned = removed(afterDeploy(factsOf(world), "G", stampOf(world, "deploy")), { keep: 3 });
  play(world, deploy("G", "E"));
  expect(planned).toBe("F A B C");
  expect(removed(factsOf(world), { keep: 3 })).toBe(planned);
});
