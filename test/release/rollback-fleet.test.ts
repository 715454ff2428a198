import { describe, expect, test } from "vitest";
import { commandsFor, plainCaller } from "../../src/report/command-line.ts";
import { fleetRollbackTarget, type HostWithFacts } from "../../src/release/rollback-fleet.ts";
import type { RollbackRequest } from "../../src/release/rollback.ts";
import {
  deploy,
  factsOf,
  failedDeploy,
  link,
  remove,
  returnedDeploy,
  rollback,
  type Step,
  worldAfter,
  revisionOf,
} from "./world.ts";

const commands = commandsFor(plainCaller, "production");

const A = deploy("A", null);
const AB = [A, deploy("B", "A")];
const ABC = [...AB, deploy("C", "B")];

function fleet(...histories: readonly Step[][][]): HostWithFacts[] {
  return histories.map((runs, index) => ({ host: `web${index + 1}`, facts: factsOf(worldAfter(...runs)) }));
}

function answer(hosts: readonly HostWithFacts[], request: RollbackRequest = {}): string {
  const target = fleetRollbackTarget(hosts, request);
  return target.ok ? target.release : target.kind;
}

describe("P7: a fleet goes back to one release or stays", () => {
  test.each<[why: string, histories: Step[][][], request: RollbackRequest, answer: string]>([
    ["all alike", [ABC, ABC, ABC], {}, "B"],
    ["one host", [ABC], {}, "B"],
    ["one failed there, which does not matter", [ABC, [...ABC, failedDeploy("F", true)]], {}, "B"],
    ["different targets", [ABC, [...ABC, rollback("B", "C")]], {}, "hosts-differ"],
    ["a new host has nothing to go back to", [AB, [deploy("B", null)]], {}, "no-target"],
    ["one has nothing live, one nothing before it", [[A], []], {}, "hosts-differ"],
    ["named, on all", [ABC, ABC], { to: "A" }, "A"],
    ["named, live on one of them already", [ABC, [...ABC, rollback("A", "C")]], { to: "A" }, "A"],
    ["named, live on all of them already", [ABC, ABC], { to: "C" }, "already-live"],
    ["named, gone on one of them", [ABC, [...ABC, remove("A")]], { to: "A" }, "no-such-release"],
    ["not where one thinks one is, on one of them", [ABC, [...ABC, rollback("B", "C")]], { from: "C", to: "A" }, "from-mismatch"],
    [
      "just taken back on one of them",
      [
        [...AB, returnedDeploy("C", "B")],
        [...AB, failedDeploy("C", true)],
      ],
      {},
      "ask-after-return",
    ],
    ["asked and agreed to", [[...AB, returnedDeploy("C", "B")], AB], { afterReturn: "allowed" }, "A"],
    ["to ask is no use where they differ", [[...AB, returnedDeploy("C", "B")], ABC], {}, "hosts-differ"],
    ["different releases live, one before both", [AB, [A, deploy("C", "A")]], {}, "A"],
  ])("%s", (_why, histories, request, expected) => {
    expect(answer(fleet(...histories), request)).toBe(expected);
  });

  test("hosts that differ: a table, and the command that brings them together", () => {
    expect(fleetRollbackTarget(fleet(ABC, [...ABC, rollback("B", "C")], [A]), { commands })).toEqual({
      ok: false,
      kind: "no-target",
      message: "Not every host can go back, so none does. These cannot: web3.",
      remedy: "To bring every host to A: symlink-helper rollback production --to A",
      output: [
        "web1: C is live, would go to B",
        "web2: B is live, would go to A",
        "web3: There is nothing to go back to: no release that is still here was live and good before A.",
      ],
    });
  });

  test("nothing in common", () => {
    const target = fleetRollbackTarget(fleet(AB, [deploy("X", null), deploy("Y", "X")]), {});
    expect(target).toMatchObject({
      remedy: `No release could be gone to on every host. To deploy the one before to all of them: symlink-helper deploy --ref ${revisionOf("A")}`,
    });
  });

  test("the same refusal everywhere is said once", () => {
    expect(fleetRollbackTarget(fleet([A], [A]), {})).toMatchObject({
      message: "There is nothing to go back to: no release that is still here was live and good before A.",
      output: [],
    });
  });

  test("what one host could be told to go to, where no other has it, is no advice for all", () => {
    const skipped = [A, deploy("B", "A"), rollback("A", "B")];
    const target = fleetRollbackTarget(fleet(skipped, [A]), { commands });
    expect(target).toMatchObject({ ok: false, kind: "no-target", output: [] });
    expect(target.ok ? "" : target.remedy).not.toContain("--to B");
    const all = fleetRollbackTarget(fleet(skipped, skipped), { commands });
    expect(all.ok ? "" : all.remedy).toContain("rollback production --to B");
  });

  test("hosts where it is live already, and that they differ now, are told", () => {
    expect(fleetRollbackTarget(fleet(ABC, [...ABC, rollback("A", "C")]), { to: "A" })).toEqual({
      ok: true,
      release: "A",
      warnings: ["The hosts do not serve the same release now: C on web1, A on web2."],
      already: ["web2"],
      left: [],
    });
  });

  test("a warning of every host is told once, that of some with their names", () => {
    const gone = (id: string): Step[] => [(world): void => void world.dirs.delete(id)];
    const all = fleetRollbackTarget(fleet([...ABC, gone("B")], [...ABC, gone("B")]), {});
    expect(all).toMatchObject({
      release: "A",
      warnings: ["B was good, but its directory is gone. So the rollback goes further back."],
    });
    const some = fleetRollbackTarget(fleet([...ABC, gone("B")], [A, deploy("C", "A")], [...ABC, gone("B")]), {});
    expect(some).toMatchObject({ warnings: [expect.stringMatching(/^web1, web3: B was good/)] });
  });

  describe("hosts that lack the release", () => {
    const fresh: Step[][] = [deploy("C", null)];

    test("are refused, with the command that leaves them as they are", () => {
      const one = fleetRollbackTarget(fleet(ABC, ABC, fresh), { commands });
      expect(one).toMatchObject({ ok: false, kind: "no-target" });
      expect(one.ok ? "" : one.remedy).toMatch(
        /\. To leave that one as it is: symlink-helper rollback production --to B --leave-lacking$/,
      );
      const named = fleetRollbackTarget(fleet(ABC, fresh, [A]), { commands, to: "B" });
      expect(named.ok ? "" : named.remedy).toMatch(
        /\. To leave those as they are: symlink-helper rollback production --to B --leave-lacking$/,
      );
    });

    test("are left and named where that was asked for", () => {
      expect(fleetRollbackTarget(fleet(ABC, ABC, fresh), { leaveLacking: true })).toEqual({
        ok: true,
        release: "B",
        warnings: [],
        already: [],
        left: [{ host: "web3", why: expect.stringContaining("nothing to go back to") as string }],
      });
      const named = fleetRollbackTarget(fleet(ABC, fresh, [...AB, failedDeploy("C", true)]), { leaveLacking: true, to: "B" });
      expect(named).toMatchObject({ release: "B", already: ["web3"], left: [{ host: "web2" }] });
    });

    test.each<[why: string, histories: Step[][][], request: RollbackRequest, answer: string]>([
      ["none has it", [fresh, fresh], { to: "B" }, "no-such-release"],
      ["those that have it are there already", [AB, fresh], { to: "B" }, "hosts-differ"],
      ["it failed there", [ABC, [...AB, failedDeploy("D", true)]], { to: "D" }, "hosts-differ"],
      ["nothing is live there", [AB, [...AB, [link(null)]]], {}, "A"],
      ["the others differ", [ABC, [...ABC, rollback("B", "C")], fresh], {}, "hosts-differ"],
      ["one is not where one thinks it is", [ABC, [...ABC, rollback("B", "C")], fresh], { from: "C" }, "from-mismatch"],
      ["one that goes was just taken back", [[...AB, returnedDeploy("C", "B")], [A]], {}, "ask-after-return"],
    ])("also then: %s", (_why, histories, request, expected) => {
      const target = fleetRollbackTarget(fleet(...histories), { ...request, leaveLacking: true });
      expect(target.ok ? target.release : target.kind).toBe(expected);
    });
  });

  test("no host, no rollback", () => {
    expect(answer([])).toBe("hosts-differ");
  });

  test("a host without a link is not dragged along unnamed", () => {
    expect(answer(fleet(AB, [...AB, [link(null)]]))).toBe("nothing-live");
  });
});
