import type { Report } from "../../src/report/report.ts";
import { controllerProcesses } from "./controller-processes.ts";
import { type After, type Before, judgeFault, judgeNext, judgeRollback } from "./judge.ts";
import { look } from "./outside.ts";
import type { Scenario } from "./scenario.ts";
import type { Scene } from "./scene.ts";
import { watch } from "./watch.ts";

/** One fault in one run of a command. */
export interface Trial {
  /** What goes wrong, and in which part of the run: the names of the fault and of the request. */
  readonly fault: string;
  readonly phase: string;
  /** The boundary or the place. */
  readonly at: string;
  readonly scenario: Scenario;
  /** The host that is struck. */
  readonly host: string;
  /** Whether nobody can know what is live on a host while the fault lasts. */
  readonly hides: (host: string) => boolean;
  /** Runs the command and lets the fault happen. Null: nobody was left to report. Throws where the fault never happened. */
  readonly run: (scene: Scene) => Promise<Report | null>;
  readonly cure: (scene: Scene) => void;
}

export function titleOf({ fault, scenario, host, at }: Trial): string {
  return `${fault} · ${scenario.name} · ${host} · ${at}`;
}

/**
 * Plays a trial and looks from outside at what became of the hosts: right after it, after the next deploy, and after a rollback. Returns
 * everything that is not as promised.
 */
export async function play(scene: Scene, trial: Trial): Promise<string[]> {
  const { scenario } = trial;
  scene.reset(scenario.from);
  const before: Before = { sites: lookAll(scene), scenario, hides: trial.hides };
  const stop = watch(scene.sites);
  const complaints: string[] = [];
  try {
    const report = await runTrial(scene, trial);
    complaints.push(...(await settle(scene, "after the fault")));
    const after: After = { sites: lookAll(scene), tasks: tasksOf(scene), report };
    complaints.push(...judgeFault(before, after));
    trial.cure(scene);
    complaints.push(...(await judgeNext(scene, after)), ...(await judgeRollback(scene, before, after)));
    complaints.push(...(await cleanIn(scene)), ...sharedTouched(scene, before));
  } finally {
    trial.cure(scene);
    complaints.push(...unreadable(scenario, await stop()));
  }
  return complaints;
}

async function runTrial(scene: Scene, trial: Trial): Promise<Report | null> {
  scene.edit(trial.scenario.version, trial.scenario.files);
  return trial.run(scene);
}

function lookAll(scene: Scene): Before["sites"] {
  return new Map(scene.sites.map((site) => [site.name, look(site)]));
}

function tasksOf(scene: Scene): After["tasks"] {
  return new Map(scene.sites.map(({ name }) => [name, scene.tasksRun(name)]));
}

/** Waits until nothing of the tool runs on any host. */
async function settle(scene: Scene, when: string): Promise<string[]> {
  const running = (): string[] =>
    scene.sites.flatMap((site) => site.processes().map(({ args }) => `${site.name}, ${when}: still runs ${args.slice(0, 60)}`));
  return untilNone(running);
}

/** Waits until nothing is left of all that happened, on hosts and here. */
async function cleanIn(scene: Scene): Promise<string[]> {
  const left = (): string[] => [
    ...scene.sites.flatMap((site) => look(site).leftovers.map((what) => `${site.name}, at the end: ${what} is left`)),
    ...controllerProcesses(scene).map((args) => `on the controller, at the end: still runs ${args}`),
  ];
  return [...(await settle(scene, "at the end")), ...(await untilNone(left))];
}

const PATIENCE_MS = 30_000;

/** Each look goes through all processes of this machine: often, it would cost more than what it waits for. */
const PAUSE_MS = 150;

async function untilNone(find: () => string[]): Promise<string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let found = find(); ; found = find()) {
    if (found.length === 0 || performance.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function sharedTouched(scene: Scene, before: Before): string[] {
  return scene.sites
    .filter((site) => look(site).shared !== before.sites.get(site.name)?.shared)
    .map(({ name }) => `${name}: shared/ is not what it was`);
}

/** A reader never saw `current` absent or half. Where there was nothing to begin with, nothing may come again. */
function unreadable({ from }: Scenario, watched: Awaited<ReturnType<ReturnType<typeof watch>>>): string[] {
  const allowed = from === "empty" ? /^(v\d|ENOENT)$/ : /^v\d$/;
  return [...watched].flatMap(([name, seen]) =>
    seen.filter((value) => !allowed.test(value)).map((value) => `${name}: a reader saw ${value} (${seen.join(", ")})`),
  );
}
