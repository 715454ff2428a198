import { describe, expect, test } from "vitest";
import { recordOf } from "../../src/release/record.ts";
import { liveSince, pinned, rows, stateOf } from "../../src/release/state.ts";
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
  worldAfter,
  revisionOf,
} from "./world.ts";

const A = deploy("A", null);
const adoptedX: Step[] = [...foreignDirectory("X"), link("X"), (world) => void recover(world)];

describe("stateOf", () => {
  test.each<[state: string, why: string, runs: Step[][], id: string]>([
    ["preparing", "begun", [A.slice(0, 2)], "A"],
    ["sealed", "complete on disk, not yet in the ledger", [A.slice(0, 3)], "A"],
    ["sealed", "complete", [A.slice(0, 4)], "A"],
    ["sealed", "announced", [A.slice(0, 5)], "A"],
    ["live", "switched to, not yet in the ledger", [A.slice(0, 6)], "A"],
    ["live", "switched to", [A.slice(0, 7)], "A"],
    ["good", "confirmed", [A], "A"],
    ["good", "left", [A, deploy("B", "A")], "A"],
    ["live", "left without ever being confirmed", [A.slice(0, 7), deploy("B", "A")], "A"],
    ["failed", "failed", [A, failedDeploy("B", true)], "B"],
    ["returned", "taken back", [A, returnedDeploy("B", "A")], "B"],
    ["good", "taken back, then gone to by name", [A, returnedDeploy("B", "A"), rollback("B", "A")], "B"],
    ["good", "a rollback to it was taken back", [A, deploy("B", "A"), returnedRollback("A", "B")], "A"],
    ["adopted", "live at first contact", [adoptedX], "X"],
    ["adopted", "live at first contact, left", [adoptedX, deploy("A", "X")], "X"],
    ["good", "adopted and gone back to", [adoptedX, deploy("A", "X"), rollback("X", "A")], "X"],
    ["live", "a stranger's, switched to by other means", [A, [...foreignDirectory("X"), link("X")]], "X"],
    ["unknown", "a stranger's", [A, foreignDirectory("X")], "X"],
    ["unknown", "not there", [A], "X"],
    ["unknown", "pinned, and nothing else is known", [foreignDirectory("X"), pin("X", true)], "X"],
    ["unknown", "pruned, and back by other means", [A, deploy("B", "A"), remove("A"), foreignDirectory("A")], "A"],
    ["preparing", "a new directory under a pruned name", [A, deploy("B", "A"), remove("A"), A.slice(0, 2)], "A"],
  ])("%s: %s", (state, _why, runs, id) => {
    expect(stateOf(factsOf(worldAfter(...runs)), id)).toBe(state);
  });

  test("live: the ledger lost that it was live, the host remembers", () => {
    const facts = factsOf(worldAfter(A, deploy("B", "A")));
    const entries = facts.entries.filter(({ kind, release }) => release === "A" && (kind === "preparing" || kind === "sealed"));
    expect(stateOf({ ...facts, entries }, "A")).toBe("live");
  });

  test("a rollback that failed before its switch says nothing about the release", () => {
    const world = worldAfter(A, returnedDeploy("B", "A"), rollback("B", "A").slice(0, 1));
    recover(world);
    expect(world.entries.at(-1)).toMatchObject({ kind: "failed", release: "B", command: "rollback" });
    expect(stateOf(factsOf(world), "B")).toBe("returned");
  });
});

test("pinned: the last word counts, and a pruned release has none", () => {
  const runs = [A, pin("A", true), pin("B", true), pin("B", false), pin("C", true), remove("C"), pin("D", true), pin("D", true)];
  expect([...pinned(factsOf(worldAfter(...runs)))]).toEqual(["A", "D"]);
});

describe("rows", () => {
  test("newest first by the ledger, whatever the names; then what nobody knows", () => {
    const runs = [
      foreignDirectory("1999"),
      foreignDirectory("2999"),
      deploy("Z", null),
      deploy("A", "Z"),
      failedDeploy("M", true),
    ];
    const table = rows(factsOf(worldAfter(...runs)));
    expect(table.map(({ id }) => id)).toEqual(["M", "A", "Z", "2999", "1999"]);
  });

  test("a row tells how the release was made, not who went there later", () => {
    const world = worldAfter(A, deploy("B", "A"), pin("A", true));
    const made = world.entries[0]?.at;
    world.entries = world.entries.map((entry) => ({ ...entry, message: "first" }));
    play(
      world,
      rollback("A", "B").map((step): Step => {
        return (to) => {
          step(to);
          to.entries = to.entries.map((entry) => (entry.command === "rollback" ? { ...entry, by: "bob", message: "oh" } : entry));
        };
      }),
    );
    expect(rows(factsOf(world)).find(({ id }) => id === "A")).toEqual({
      id: "A",
      state: "good",
      revision: revisionOf("A"),
      createdAt: made,
      by: "ann@laptop",
      message: "first",
      pinned: true,
      bytes: 1000,
    });
  });

  test("nobody recorded who made an adopted release", () => {
    const [row] = rows(factsOf(worldAfter(adoptedX)));
    expect(row).toMatchObject({ id: "X", createdAt: null, by: null, revision: null, message: null });
  });

  test("recordOf has what a plan compares", () => {
    expect(recordOf(factsOf(worldAfter(A)), "A")).toMatchObject({ tree: "tree-A", fingerprint: "print-A" });
    expect(recordOf(factsOf(worldAfter(A)), "B").fingerprint).toBeNull();
  });
});

describe("liveSince", () => {
  test.each<[why: string, runs: Step[][], fact: object | null]>([
    ["nothing is live", [], null],
    ["a deploy", [A], { kind: "live", run: "run1" }],
    ["a later deploy was taken back", [A, returnedDeploy("B", "A")], { kind: "live", run: "run1" }],
    ["gone back to", [A, deploy("B", "A"), rollback("A", "B")], { kind: "live", run: "run3", command: "rollback" }],
    ["adopted", [adoptedX], { kind: "adopted" }],
    ["nobody told", [[link("X")]], null],
  ])("%s", (_why, runs, fact) => {
    const since = liveSince(factsOf(worldAfter(...runs)));
    if (fact === null) expect(since).toBeNull();
    else expect(since).toMatchObject(fact);
  });

  test("the line of the switch is lost: the confirmation tells", () => {
    const facts = factsOf(worldAfter(A));
    expect(liveSince({ ...facts, entries: facts.entries.filter(({ kind }) => kind !== "live") })).toMatchObject({ kind: "good" });
  });
});
