import { failing, long, OVER, type Scenario } from "./scenario.ts";
import { recordSteps, stepTrials } from "./steps.ts";
import type { Ground } from "./suite.ts";
import type { Trial } from "./trial.ts";
import { controllerTrials, messageTrials, record } from "./trials.ts";

/** Every fault at every boundary of a scenario, the death of the controller included. */
export async function allMessages({ scene, program }: Ground, scenario: Scenario): Promise<Trial[]> {
  const boundaries = await record(scene, scenario);
  return [...messageTrials(scenario, boundaries), ...controllerTrials(scenario, boundaries, program)];
}

/** Everything that can happen at every place inside the runtime that a scenario passes. */
export async function allSteps({ scene }: Ground, scenario: Scenario): Promise<Trial[]> {
  return stepTrials(scenario, await recordSteps(scene, scenario));
}

/** A deploy that is taken back by itself, for what strikes on the way back: the last host fails. */
function takenBack({ scene }: Ground, point = "afterSwitch"): Scenario {
  return failing(point, scene.sites.at(-1)?.name ?? "");
}

/**
 * Every fault at the boundaries of the way back, taken because what the last host does at `point` fails: those that a deploy that succeeds does not have. Whether a task is still running when
 * another host's fails is chance, and with it whether it is cancelled: that has a scenario of its own.
 */
export async function wayBackMessages(ground: Ground, point = "afterSwitch"): Promise<Trial[]> {
  return notAmong(
    ground,
    (await allMessages(ground, takenBack(ground, point))).filter(({ at }) => !at.startsWith("send C")),
  );
}

/** The same for a deploy in which a host's prepare fails while the others are in the middle of theirs, which are cancelled. */
export async function cancelMessages(ground: Ground): Promise<Trial[]> {
  const names = ground.scene.sites.map(({ name }) => name);
  const last = names.pop() ?? "";
  return notAmong(ground, await allMessages(ground, failing("prepare", last, names)));
}

async function notAmong(ground: Ground, trials: readonly Trial[]): Promise<Trial[]> {
  const known = new Set((await allMessages(ground, OVER)).map(placeOf));
  return trials.filter((trial) => !known.has(placeOf(trial)));
}

/** The same for places inside the runtime. */
export async function wayBackSteps(ground: Ground): Promise<Trial[]> {
  const known = new Set((await allSteps(ground, OVER)).map(placeOf));
  return (await allSteps(ground, takenBack(ground))).filter((trial) => !known.has(placeOf(trial)));
}

function placeOf({ host, at }: Trial): string {
  return `${host} ${at}`;
}

const POINTS = ["prepare", "beforeSwitch", "afterSwitch", "finish"] as const;

/** Every fault while a host is in the middle of a task that takes long, at each point. Only the first host has a beforeSwitch. */
export async function longTasks({ scene, program }: Ground): Promise<Trial[]> {
  const boundaries = (await record(scene, OVER)).filter(({ name }) => /^hear slh_\S+ task$/.test(name));
  return scene.sites.flatMap((site, index) => {
    const began = boundaries.filter(({ host }) => host === site.name);
    const points = POINTS.filter((point) => point !== "beforeSwitch" || index === 0);
    return points.flatMap((point, at) => {
      const scenario = long(point, site.name);
      const boundary = began.slice(at, at + 1);
      return [...messageTrials(scenario, boundary), ...controllerTrials(scenario, boundary, program)];
    });
  });
}
