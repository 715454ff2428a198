import { describe, expect, test } from "vitest";
import { commandsFor } from "../../src/report/command-line.ts";
import type { HostWithFacts } from "../../src/release/rollback-fleet.ts";
import { wayBack } from "../../src/release/way-back.ts";
import { deploy, factsOf, returnedDeploy, rollback, type Step, worldAfter, revisionOf } from "./world.ts";

const commands = commandsFor({ program: "slh", config: null }, "production");
const A = deploy("A", null);
const AB = [A, deploy("B", "A")];
const ABC = [...AB, deploy("C", "B")];

function fleet(...histories: readonly Step[][][]): HostWithFacts[] {
  return histories.map((runs, index) => ({ host: `web${index + 1}`, facts: factsOf(worldAfter(...runs)) }));
}

describe("P7: the command to go back is told only where it would work", () => {
  test.each([
    ["all alike", [ABC, ABC], undefined, { to: "B", command: "slh rollback production", refused: null }],
    ["to a named one", [ABC, ABC], "A", { to: "A", command: "slh rollback production --to A", refused: null }],
    [
      "just after a return, where a plain rollback asks",
      [[...AB, returnedDeploy("C", "B")]],
      undefined,
      { to: "A", command: "slh rollback production --to A", refused: null },
    ],
    [
      "a host that came later",
      [ABC, [deploy("C", null)]],
      undefined,
      {
        to: null,
        command: "",
        refused: "Not every host can go back, so none does. These cannot: web2.",
        remedy: `No release could be gone to on every host. To deploy the one before to all of them: slh deploy production --ref ${revisionOf("B")}. To leave that one as it is: slh rollback production --to B --leave-lacking`,
      },
    ],
    [
      "different targets",
      [ABC, [...ABC, rollback("B", "C")]],
      undefined,
      {
        to: null,
        refused: "The hosts would go back to different releases, so none does.",
        remedy: "To bring every host to B: slh rollback production --to B",
      },
    ],
    ["only one release", [[A]], undefined, { to: null, command: "", remedy: "" }],
  ])("%s", (_, histories, to, expected) => {
    expect(wayBack(fleet(...histories), commands, to)).toMatchObject(expected);
  });
});
