import { describe, expect, test } from "vitest";
import { behind, lineOf, presentLine } from "../../src/release/line.ts";
import {
  deploy,
  factsOf,
  failedDeploy,
  link,
  play,
  recover,
  remove,
  returnedDeploy,
  returnedRollback,
  rollback,
  type Step,
  worldAfter,
} from "./world.ts";

const ABC = [deploy("A", null), deploy("B", "A"), deploy("C", "B")];

const prunedInBetween = [...rollback("B", "C").slice(0, 3), ...remove("A"), ...returnedRollback("B", "C").slice(3)];

describe("the line of good releases", () => {
  test.each<[why: string, runs: Step[][], line: string]>([
    ["nothing happened", [], ""],
    ["deploys come after one another", ABC, "A B C"],
    ["a failed deploy is not on it", [...ABC, failedDeploy("D", true)], "A B C"],
    ["a deploy that was taken back is not on it", [...ABC, returnedDeploy("D", "C")], "A B C"],
    ["going back cuts off", [...ABC, rollback("A", "C")], "A"],
    ["a deploy after going back", [...ABC, rollback("B", "C"), deploy("D", "B")], "A B D"],
    ["going to one that was cut off puts it at the end", [...ABC, rollback("A", "C"), rollback("C", "A")], "A C"],
    ["going back that was taken back changes nothing", [...ABC, returnedRollback("A", "C")], "A B C"],
    ["going forward that was taken back changes nothing", [...ABC, rollback("A", "C"), returnedRollback("C", "A")], "A"],
    ["going to one that had been taken back", [...ABC, returnedDeploy("D", "C"), rollback("D", "C")], "A B C D"],
    ["what was pruned is not on it", [...ABC, remove("A")], "B C"],
    ["what was pruned does not come back with a return", [...ABC, prunedInBetween], "B C"],
  ])("%s", (_why, runs, line) => {
    expect(lineOf(worldAfter(...runs).entries).join(" ")).toBe(line);
  });

  test("a foreign switch to a release of the line cuts off, one to a stranger changes nothing", () => {
    const world = worldAfter(...ABC);
    play(world, [link("stranger")]);
    recover(world);
    expect(presentLine(factsOf(world))).toEqual(["A", "B", "C"]);
    play(world, [link("B")]);
    recover(world);
    expect(lineOf(world.entries)).toEqual(["A", "B"]);
  });

  test("what is live decides, though the ledger does not know yet", () => {
    const world = worldAfter(...ABC);
    play(world, [link("B")]);
    expect(behind(factsOf(world))).toEqual(["A"]);
  });

  test("a lost line is made up for by what later lines say was live", () => {
    const { entries } = worldAfter(...ABC, rollback("B", "C"), deploy("D", "B"));
    const told = entries.filter(({ command, kind }) => command !== "rollback" || kind === "switching");
    expect(lineOf(told)).toEqual(["A", "B", "D"]);
  });

  test("a return whose line is lost leaves what was live before on the line", () => {
    const { entries } = worldAfter(...ABC, returnedRollback("B", "C"), deploy("D", "C"));
    expect(lineOf(entries.filter(({ kind }) => kind !== "returned"))).toEqual(["A", "B", "C", "D"]);
  });
});
