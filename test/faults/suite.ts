import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { canRunFleet } from "../hosts/machine.ts";
import { compileController } from "./kill-controller.ts";
import { openScene, type Scene, type SceneOptions } from "./scene.ts";
import { play, titleOf, type Trial } from "./trial.ts";

/** What trials are made from. */
export interface Ground {
  readonly scene: Scene;
  /** Path of the compiled controller. */
  readonly program: string;
}

/** No trial takes as long, however busy the machine: the next one must never begin beside it. */
const LONGEST_MS = 600_000;

/**
 * A test for each of the trials that `choose` makes: they are found by recording runs in which nothing goes wrong, so this takes a while
 * and is to be awaited. `hosts` as in `openScene`.
 */
export async function describeTrials(
  title: string,
  hosts: number,
  choose: (ground: Ground) => Promise<Trial[]>,
  options: Pick<SceneOptions, "tasks"> = {},
): Promise<void> {
  const ability = canRunFleet();
  if (!ability.ok) return test(title, ({ skip }) => skip(ability.reason));
  const scene = await openGood({ hosts, ...options });
  const trials = part(await choose({ scene, program: await compileController(scene.scratch) }));
  describe(title, () => {
    afterAll(() => scene.stop());
    test.each(trials.map((trial) => [titleOf(trial), trial] as const))(
      "%s",
      async (_, trial) => {
        expect(await play(scene, trial)).toEqual([]);
      },
      LONGEST_MS,
    );
  });
}

/**
 * All of them; or those that TRIALS names, as `341-680` or, for `@FILE`, by their titles in the lines of a file: the long ones are run in
 * parts, side by side or one night after the other.
 */
function part(trials: Trial[]): Trial[] {
  const wanted = process.env["TRIALS"] ?? "";
  if (wanted.startsWith("@")) {
    const titles = new Set(readFileSync(wanted.slice(1), "utf8").split("\n"));
    return trials.filter((trial) => titles.has(titleOf(trial)));
  }
  const [, first, last] = /^(\d+)-(\d+)$/.exec(wanted) ?? [];
  return first === undefined || last === undefined ? trials : trials.slice(Number(first) - 1, Number(last));
}

/** A scene with two good releases, v0 and v1, kept as `good`. */
async function openGood(options: SceneOptions): Promise<Scene> {
  const scene = await openScene(options);
  for (const version of ["v0", "v1"]) {
    const report = await scene.deploy(version);
    if (report.outcome !== "deployed") throw new Error(JSON.stringify(report, null, 2));
  }
  scene.keep("good");
  return scene;
}
