import { describe, expect, test } from "vitest";
import { backTarget } from "../../src/release/back.ts";
import { pruneCandidates } from "../../src/release/prune.ts";
import { findDebris } from "../../src/release/recovery.ts";
import { rollbackTarget } from "../../src/release/rollback.ts";
import { stateOf } from "../../src/release/state.ts";
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
  returnedRollback,
  rollback,
  stampOf,
  type Step,
  type World,
  worldAfter,
} from "./world.ts";

const A = deploy("A", null);
const AB = [A, deploy("B", "A")];

function interrupted(before: readonly Step[][], run: readonly Step[], after: number, ...later: readonly Step[][]): World {
  const world = worldAfter(...before);
  play(world, run, after);
  for (const steps of later) play(world, steps);
  return world;
}

function written(world: World): string[] {
  return recover(world).entries.map(({ kind, release, from }) =>
    [kind, release, ...(from === undefined ? [] : [from])].join(" "),
  );
}

describe("P5: a run stopped after any of its steps", () => {
  test.each<[after: number, entries: string[], state: string, live: string, target: string | null]>([
    [0, [], "unknown", "B", "A"],
    [1, ["failed N"], "failed", "B", "A"],
    [2, ["failed N"], "failed", "B", "A"],
    [3, ["failed N"], "failed", "B", "A"],
    [4, ["failed N"], "failed", "B", "A"],
    [5, ["failed N"], "failed", "B", "A"],
    [6, ["live N B"], "live", "N", "B"],
    [7, [], "live", "N", "B"],
    [8, [], "good", "N", "B"],
  ])("a deploy, after step %i", (after, entries, state, live, target) => {
    const world = interrupted(AB, deploy("N", "B"), after);
    expect(written(world)).toEqual(entries);
    expect(stateOf(factsOf(world), "N")).toBe(state);
    expect(world.live).toBe(live);
    expect(backTarget(factsOf(world)).release).toBe(target);
  });

  test.each<[after: number, entries: string[], state: string, live: string]>([
    [7, [], "live", "N"],
    [8, ["returned N B"], "returned", "B"],
    [9, [], "returned", "B"],
  ])("a deploy that is being taken back, after step %i", (after, entries, state, live) => {
    const world = interrupted(AB, returnedDeploy("N", "B"), after);
    expect(written(world)).toEqual(entries);
    expect(stateOf(factsOf(world), "N")).toBe(state);
    expect(world.live).toBe(live);
    expect(backTarget(factsOf(world)).release).toBe(live === "N" ? "B" : "A");
  });

  test.each<[after: number, entries: string[], live: string, target: string]>([
    [1, ["failed B"], "C", "B"],
    [2, ["live B C"], "B", "A"],
    [3, [], "B", "A"],
    [4, [], "B", "A"],
  ])("a rollback, after step %i: the release stays good", (after, entries, live, target) => {
    const world = interrupted([...AB, deploy("C", "B")], rollback("B", "C"), after);
    expect(written(world)).toEqual(entries);
    expect(stateOf(factsOf(world), "B")).toBe("good");
    expect(world.live).toBe(live);
    expect(backTarget(factsOf(world)).release).toBe(target);
  });

  test("a rollback that is being taken back", () => {
    const world = interrupted([...AB, deploy("C", "B")], returnedRollback("A", "C"), 4);
    expect(written(world)).toEqual(["returned A C"]);
    expect(backTarget(factsOf(world)).release).toBe("B");
  });

  test.each([1, 2, 3, 4, 5, 6, 7])("a first deploy, after step %i", (after) => {
    const world = interrupted([], A, after);
    const expected = { 6: ["live A "], 7: [] }[after] ?? ["failed A"];
    expect(written(world)).toEqual(expected);
    play(world, deploy("B", world.live));
    expect(stateOf(factsOf(world), "B")).toBe("good");
  });

  test("a first deploy whose link was taken away again", () => {
    expect(written(interrupted([], returnedDeploy("A", null), 8))).toEqual(["returned A "]);
  });

  test.each([
    ["a deploy", deploy("N", "B")],
    ["a deploy taken back", returnedDeploy("N", "B")],
    ["a failed deploy", failedDeploy("N", false)],
    ["a failed deploy that was complete", failedDeploy("N", true)],
    ["a rollback", rollback("A", "B")],
    ["a rollback taken back", returnedRollback("A", "B")],
  ])("%s: after any step what is found once is not found again, and no half release stays", (_what, run) => {
    for (let after = 0; after <= run.length; after++) {
      const world = interrupted(AB, run, after);
      recover(world);
      const again = findDebris(factsOf(world), stampOf(world, "deploy"));
      expect(again).toMatchObject({ entries: [], discard: [] });
      expect([...world.dirs.values()].every(({ sealed }) => sealed)).toBe(true);
      expect(world.dirs.has("A") && world.dirs.has("B")).toBe(true);
    }
  });

  test("interrupted twice in a row: both runs are concluded", () => {
    const world = interrupted(AB, deploy("N", "B"), 4);
    play(world, deploy("M", "B").slice(0, 6));
    expect(written(world)).toEqual(["live M B", "failed N"]);
  });

  test("the clean-up itself is interrupted: the rest is found later", () => {
    const world = interrupted(AB, deploy("N", "B"), 2);
    world.entries.push(...findDebris(factsOf(world), stampOf(world, "deploy")).entries);
    const debris = recover(world);
    expect(debris).toMatchObject({
      entries: [],
      discard: ["N"],
      sentences: ["Something is left of N: the deploy of ann@laptop failed."],
    });
  });

  test("what is written says whose run it concludes", () => {
    const world = interrupted(AB, rollback("A", "B"), 2);
    const [entry] = recover(world, "deploy").entries;
    expect(entry).toMatchObject({ kind: "live", command: "rollback", run: "run4", recovered: "run3", from: "B" });
    expect(entry?.reason).toMatch(/before it could confirm/);
  });

  test("what is recovered as live is not good: going back does not come to it", () => {
    const world = interrupted(AB, deploy("N", "B"), 6);
    recover(world);
    play(world, deploy("O", "N"));
    expect(rollbackTarget(factsOf(world), {})).toMatchObject({ ok: true, release: "B" });
  });
});

describe("unusual debris", () => {
  test("P6: an interrupted rollback to a release nobody knows does not make it ours to remove", () => {
    const world = worldAfter(...AB);
    world.entries = world.entries.filter(({ release, from }) => release !== "A" && from !== "A");
    world.dirs.set("A", { sealed: true, left: null });
    play(world, rollback("A", "B"), 1);
    expect(written(world)).toEqual(["failed A"]);
    expect(written(world)).toEqual([]);
    expect(stateOf(factsOf(world), "A")).toBe("unknown");
    expect(pruneCandidates(factsOf(world), { keep: 1, grace: 0 }).remove).toEqual([]);
  });

  test("P6: a half-made release that somebody pinned is failed, but stays", () => {
    const world = interrupted(AB, deploy("N", "B"), 2, pin("N", true));
    expect(recover(world)).toMatchObject({ entries: [{ kind: "failed", release: "N" }], discard: [] });
  });
});

describe("what others did", () => {
  const X = foreignDirectory("X");

  test.each<[why: string, world: World, entries: string[]]>([
    ["nothing at all", worldAfter(), []],
    ["strangers, and nothing live", worldAfter(X), []],
    ["first contact", worldAfter(X, [link("X")]), ["adopted X "]],
    ["first contact, after somebody held the lock", worldAfter(X, [link("X")], pin("X", true)), ["adopted X "]],
    ["first contact, the link leads nowhere", worldAfter([link("X")]), []],
    ["somebody switched", worldAfter(...AB, X, [link("X")]), ["foreign X B"]],
    ["somebody switched to an old release of ours", worldAfter(...AB, [link("A")]), ["foreign A B"]],
    ["somebody removed the link", worldAfter(...AB, [link(null)]), ["foreign  B"]],
    ["somebody put the link there that was not", worldAfter(returnedDeploy("A", null), X, [link("X")]), ["foreign X "]],
    ["somebody made a complete release live that never was", worldAfter(A.slice(0, 4), [link("A")]), ["foreign A "]],
    [
      "switched by somebody after a crash before the rename",
      interrupted(AB, deploy("N", "B"), 5, [link("A")]),
      ["failed N", "foreign A B"],
    ],
    ["switched by somebody after a crash after it", interrupted(AB, deploy("N", "B"), 7, [link("A")]), ["foreign A N"]],
    ["removed by somebody after a crash", interrupted(AB, deploy("N", "B"), 7, [link(null)]), ["foreign  N"]],
  ])("%s", (_why, world, entries) => {
    expect(written(world)).toEqual(entries);
    expect(written(world)).toEqual([]);
  });

  test("P9: a stranger's directory is never discarded", () => {
    const world = worldAfter(...AB, X, pin("X", true), [link("X")]);
    recover(world);
    play(world, [link("B")]);
    expect(recover(world).discard).toEqual([]);
  });
});

describe("a damaged ledger", () => {
  test("P6: lines are missing, so nothing that may have been live counts as failed or is discarded", () => {
    const facts = factsOf(worldAfter(...AB, deploy("C", "B")));
    const entries = facts.entries.filter(({ release, from }) => release !== "A" && from !== "A");
    const lost = [...facts.entries.slice(0, 2), ...entries];
    const releases = facts.releases.map((fact) => ({ ...fact, leftAgo: null }));
    const stamp = { at: "", by: "", run: "", generation: 1, command: "deploy" };
    expect(findDebris({ ...facts, releases, entries: lost, damaged: 3 }, stamp)).toMatchObject({ entries: [], discard: [] });
    // Nothing tells that a line is missing, but the host remembers when it left.
    expect(findDebris({ ...facts, entries: lost }, stamp)).toMatchObject({ entries: [], discard: [] });
  });

  test("a release that is in use is not discarded although nothing says it is complete", () => {
    const facts = factsOf(worldAfter(...AB));
    const releases = facts.releases.map((fact) => ({ ...fact, sealed: false, leftAgo: null }));
    const entries = facts.entries.filter(({ kind, release }) => kind === "preparing" && release === "B");
    const stamp = { at: "", by: "", run: "", generation: 1, command: "deploy" };
    expect(findDebris({ live: "B", releases, entries, damaged: 1 }, stamp).discard).toEqual([]);
  });
});

function forgetful(world: World): World {
  world.entries = [];
  return world;
}

test("a ledger that cannot be read is not said to be lost", () => {
  const [sentence] = findDebris({ ...factsOf(forgetful(worldAfter(...AB))), damaged: 3 }, stampOf(worldAfter(), "")).sentences;
  expect(sentence).toContain("The ledger cannot be read");
});

describe("what people are told", () => {
  test.each<[world: World, sentences: string[]]>([
    [
      interrupted(AB, deploy("N", "B"), 2),
      ["N was never live: the deploy of ann@laptop was interrupted while it was being prepared."],
    ],
    [
      interrupted(AB, deploy("N", "B"), 5),
      ["N did not become live: the deploy of ann@laptop was interrupted just before its switch."],
    ],
    [
      interrupted(AB, deploy("N", "B"), 7),
      ["N is live, but the deploy of ann@laptop ended before confirming it: whether all its tasks ran is not known."],
    ],
    [
      interrupted(AB, returnedDeploy("N", "B"), 8),
      ["N was live for a while, but the deploy of ann@laptop was interrupted and it was taken back."],
    ],
    [
      worldAfter(foreignDirectory("X"), [link("X")]),
      ["X was live before this program came here: it is adopted, and a rollback from what is deployed next goes to it."],
    ],
    [
      forgetful(worldAfter(...AB)),
      [
        "The ledger was lost: it does not know releases that this program made here. " +
          "B is live: it is adopted, and a rollback from what is deployed next goes to it.",
      ],
    ],
    [forgetful(worldAfter(...AB, [link(null)])), ["The ledger was lost: it does not know releases that this program made here."]],
    [worldAfter(A.slice(0, 4)), ["A was never live: the deploy of ann@laptop was interrupted while it was being prepared."]],
    [
      worldAfter(...AB, [link("A")]),
      ["A is live, but nobody announced it: somebody switched by other means. The ledger says that B was live."],
    ],
    [
      worldAfter(...AB, [link(null)]),
      ["No release is live: somebody removed or replaced the link, or pointed it elsewhere. The ledger says that B was live."],
    ],
  ])("%#", (world, sentences) => {
    expect(findDebris(factsOf(world), stampOf(world, "status")).sentences).toEqual(sentences);
  });
});
