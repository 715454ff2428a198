import { describe, expect, test } from "vitest";
import { commandsFor, plainCaller } from "../../src/report/command-line.ts";
import { rollbackTarget, type RollbackRequest } from "../../src/release/rollback.ts";
import {
  deploy,
  factsOf,
  failedDeploy,
  foreignDirectory,
  link,
  pin,
  play,
  recover,
  remove,
  returnedDeploy,
  returnedRollback,
  rollback,
  type Step,
  type World,
  worldAfter,
} from "./world.ts";

const A = deploy("A", null);
const AB = [A, deploy("B", "A")];
const ABC = [...AB, deploy("C", "B")];
const found: Step[] = [(world) => void recover(world)];
const adoptedX = [...foreignDirectory("X"), link("X"), ...found];
const byHand = (id: string): Step[] => [(world): void => void world.dirs.delete(id)];
const sealLost = (id: string): Step[] => [(world): void => void world.dirs.set(id, { sealed: false, left: 5 })];

function answer(runs: readonly (readonly Step[])[], request: RollbackRequest = {}): string {
  const target = rollbackTarget(factsOf(worldAfter(...runs)), request);
  return target.ok ? target.release : target.kind;
}

describe("P7: rollback without a name goes where a person means", () => {
  test.each<[why: string, runs: Step[][], target: string]>([
    ["to the one before", AB, "A"],
    ["not to a failed one in between", [A, failedDeploy("F", true), deploy("B", "A")], "A"],
    ["not to the newest directory: it failed", [...AB, failedDeploy("F", true), failedDeploy("G", true)], "A"],
    ["not to one that was taken back in between", [A, returnedDeploy("F", "A"), deploy("B", "A")], "A"],
    ["twice goes back twice", [...ABC, rollback("B", "C")], "A"],
    ["after going back and deploying: to the one before that deploy", [...ABC, rollback("B", "C"), deploy("D", "B")], "B"],
    ["good A, bad B, back, bad C, back: never to B", [A, deploy("B", "A"), rollback("A", "B"), deploy("C", "A")], "A"],
    ["after going to a named one: before that one", [...ABC, rollback("A", "C")], "no-target"],
    ["after going forward by name: to where one was", [...ABC, rollback("A", "C"), rollback("C", "A")], "A"],
    ["not over a release that is gone", [...ABC, byHand("B")], "A"],
    ["not over a pruned release", [...ABC, remove("B")], "A"],
    ["not to one whose seal is lost", [...ABC, sealLost("B")], "A"],
    ["to an adopted one, seal or not", [adoptedX, deploy("A", "X")], "X"],
    ["not to a stranger's release that was live in between", [...AB, [...foreignDirectory("X"), link("X")], found], "B"],
    ["not to one that was never confirmed", [A, deploy("B", "A").slice(0, 7), deploy("C", "B")], "A"],
    ["from one that was never confirmed", [A, deploy("B", "A").slice(0, 7)], "A"],
    ["from a stranger's, though the ledger does not know yet", [...AB, [...foreignDirectory("X"), link("X")]], "B"],
    ["whatever the clocks of the directories say", [...ABC, [(world): void => void (world.dirs.get("A")!.left = 9e9)]], "B"],
    ["pins do not matter", [...ABC, pin("A", true)], "B"],
  ])("%s", (_why, runs, target) => {
    expect(answer(runs)).toBe(target);
  });

  test.each<[why: string, runs: Step[][], kind: string]>([
    ["the first deploy", [A], "no-target"],
    ["an empty root", [], "nothing-live"],
    ["a first deploy that was taken back", [returnedDeploy("A", null)], "nothing-live"],
    ["the link was removed", [...AB, [link(null)]], "nothing-live"],
    ["all before it is gone", [...AB, remove("A")], "no-target"],
    ["just taken back", [...AB, returnedDeploy("C", "B")], "ask-after-return"],
    ["a rollback just taken back", [...ABC, returnedRollback("B", "C")], "ask-after-return"],
    [
      "taken back, then a deploy that never got to its switch",
      [...AB, returnedDeploy("C", "B"), failedDeploy("D", true)],
      "ask-after-return",
    ],
    ["taken back by nobody knows whom", [...AB, [...deploy("C", "B").slice(0, 7), link("B")], found], "ask-after-return"],
    ["taken back, and nothing to go to anyway", [A, returnedDeploy("B", "A")], "no-target"],
  ])("refused: %s", (_why, runs, kind) => {
    expect(answer(runs)).toBe(kind);
  });

  test.each<[why: string, runs: Step[][], target: string]>([
    ["a deploy since", [...AB, returnedDeploy("C", "B"), deploy("D", "B")], "B"],
    ["gone back once already since", [...ABC, returnedDeploy("D", "C"), rollback("B", "C")], "A"],
    ["somebody switched since", [...ABC, returnedDeploy("D", "C"), [link("B")]], "A"],
  ])("not asked after a return: %s", (_why, runs, target) => {
    expect(answer(runs)).toBe(target);
  });

  test("asked and agreed to, it goes", () => {
    expect(answer([...AB, returnedDeploy("C", "B")], { afterReturn: "allowed" })).toBe("A");
  });
});

describe("P7: rollback to a named release", () => {
  const rich = [...ABC, failedDeploy("F", true), returnedDeploy("R", "C"), foreignDirectory("X")];
  test.each<[to: string, why: string, answer: string]>([
    ["A", "good", "A"],
    ["B", "good", "B"],
    ["R", "taken back once", "R"],
    ["C", "live", "already-live"],
    ["F", "failed", "release-failed"],
    ["X", "a stranger's, unsealed", "not-sealed"],
    ["N", "not there", "no-such-release"],
    ["../A", "not a name", "no-such-release"],
  ])("%s: %s", (to, _why, expected) => {
    expect(answer(rich, { to })).toBe(expected);
  });

  test.each<[why: string, runs: Step[][], expected: string]>([
    ["half made", [...AB, deploy("T", "B").slice(0, 2)], "not-sealed"],
    ["complete, never live", [...AB, deploy("T", "B").slice(0, 4)], "T"],
    ["live once, never confirmed", [...AB, deploy("T", "B").slice(0, 7), deploy("C", "T")], "T"],
    ["good, its seal lost", [...AB, deploy("T", "B"), deploy("C", "T"), sealLost("T")], "not-sealed"],
    ["pruned", [...AB, deploy("T", "B"), deploy("C", "T"), remove("T")], "no-such-release"],
    ["nothing is live", [...AB, deploy("T", "B"), [link(null)]], "T"],
    ["adopted", [[...foreignDirectory("T"), link("T"), ...found], deploy("A", "T"), deploy("B", "A")], "T"],
    ["just taken back: a name is an answer", [...AB, returnedDeploy("T", "B")], "T"],
  ])("%s", (_why, runs, expected) => {
    expect(answer(runs, { to: "T" })).toBe(expected);
  });

  test("the ledger is lost: what is sealed can still be named, with a warning", () => {
    const facts = { ...factsOf(worldAfter(...ABC)), entries: [] };
    expect(rollbackTarget(facts, { to: "A" })).toEqual({
      ok: true,
      release: "A",
      warnings: ["Release A is complete, but the ledger knows nothing about it."],
    });
  });
});

describe("--from", () => {
  test.each<[runs: Step[][], from: string, expected: string]>([
    [AB, "B", "A"],
    [AB, "A", "from-mismatch"],
    [AB, "nonsense", "from-mismatch"],
    [[], "B", "from-mismatch"],
  ])("%#", (runs, from, expected) => {
    expect(answer(runs, { from })).toBe(expected);
    expect(answer(runs, { from, to: "A" })).toBe(expected);
  });
});

describe("what people are told", () => {
  const commands = commandsFor(plainCaller, "production");
  const told = (world: World, request: RollbackRequest = {}): object => {
    return rollbackTarget(factsOf(world), { commands, ...request });
  };

  test("just after a return: what is live, where it would go, what to type", () => {
    expect(told(worldAfter(...AB, returnedDeploy("C", "B")))).toEqual({
      ok: false,
      kind: "ask-after-return",
      message:
        "Release C was taken back already (afterSwitch failed), so B is live again. A rollback now would leave B as well and go to A.",
      remedy: "If B is what should be live, nothing is left to do. Otherwise: symlink-helper rollback production --to A",
    });
  });

  test("nothing to go back to, but something that could be named", () => {
    const world = worldAfter(A, deploy("B", "A").slice(0, 7), deploy("C", "B"), byHand("A"));
    expect(told(world)).toEqual({
      ok: false,
      kind: "no-target",
      message:
        "There is nothing to go back to: no release that is still here was live and good before C. A was good, but its directory is gone.",
      remedy: "To go to B: symlink-helper rollback production --to B",
    });
  });

  test("what was just taken back is nothing to be sent to", () => {
    const remedy = "To deploy what you want to be live: symlink-helper deploy production --ref REVISION";
    expect(told(worldAfter(A, returnedDeploy("B", "A")))).toMatchObject({ kind: "no-target", remedy });
  });

  test("nothing at all to go back to", () => {
    const remedy = "To deploy what you want to be live: symlink-helper deploy production --ref REVISION";
    expect(told(worldAfter(A))).toMatchObject({ remedy });
    expect(told(worldAfter())).toMatchObject({ remedy });
  });

  test("a release that is passed over, and one that was live in between, are named", () => {
    const world = worldAfter(...ABC, deploy("D", "C").slice(0, 7), deploy("E", "D"), byHand("C"));
    expect(told(world)).toEqual({
      ok: true,
      release: "B",
      warnings: [
        "C was good, but its directory is gone. So the rollback goes further back.",
        "D was live more recently, but was never confirmed. To go there: symlink-helper rollback production --to D",
      ],
    });
  });

  test("unreadable lines are mentioned", () => {
    const facts = { ...factsOf(worldAfter(...AB)), damaged: 2 };
    const warnings = ["2 lines of the ledger could not be read; the target was found from the rest."];
    expect(rollbackTarget(facts, {})).toEqual({ ok: true, release: "A", warnings });
  });

  test("why a named one cannot be", () => {
    const world = worldAfter(...ABC, failedDeploy("F", true), remove("A"));
    expect(told(world, { to: "F" })).toMatchObject({
      message: "Release F failed before it was ever live. The reason was: npm ci failed",
    });
    expect(told(world, { to: "A" })).toMatchObject({
      message: expect.stringMatching(
        /^There is no release A here\. It was pruned at .* by ann@laptop\. There are: B, C \(live now\)\.$/,
      ),
    });
    expect(told(world, { from: "B" })).toMatchObject({
      message: "The rollback was to start from B, but C is live here.",
      remedy:
        "To see who switched, and when: symlink-helper history production. To go back from C: symlink-helper rollback production --from C",
    });
  });

  test("every answer is whole sentences", () => {
    const world = worldAfter(...ABC, failedDeploy("F", true), returnedDeploy("R", "C"));
    play(world, foreignDirectory("X"));
    const requests: RollbackRequest[] = [{}, { to: "C" }, { to: "F" }, { to: "X" }, { to: "N" }, { from: "A" }, { to: "R" }];
    for (const target of requests.map((request) => rollbackTarget(factsOf(world), request))) {
      const texts = target.ok ? target.warnings : [target.message];
      for (const text of texts) expect(text).toMatch(/^[A-Z].*(\.|failed)$/);
    }
  });
});
