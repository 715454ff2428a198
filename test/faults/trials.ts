import { type Ports, realPorts, type Report } from "../../src/index.ts";
import { FAULTS, type Fault } from "./fault.ts";
import { killController } from "./kill-controller.ts";
import type { Scenario } from "./scenario.ts";
import type { Scene } from "./scene.ts";
import type { Trial } from "./trial.ts";
import { type Boundary, tapped } from "./wire.ts";

/** Every boundary that a scenario meets when nothing goes wrong, in order. */
export async function record(scene: Scene, scenario: Scenario): Promise<Boundary[]> {
  const met: Boundary[] = [];
  scene.reset(scenario.from);
  scene.edit(scenario.version, scenario.files);
  await command(scene, scenario, { connect: tapped(realPorts().connect, (boundary) => met.push(boundary)) });
  return met.filter((boundary, index) => !isAmong(boundary, met.slice(0, index), met.slice(index + 1)));
}

/**
 * In the middle of an answer the host does nothing that the boundaries around it do not show: of the lines of one answer the first and the
 * last count. `earlier` and `later` are what the same recording has before and behind the boundary.
 */
function isAmong({ host, name }: Boundary, earlier: readonly Boundary[], later: readonly Boundary[]): boolean {
  const answer = answerOf(name);
  const sameAnswer = (one: Boundary): boolean => one.host === host && answerOf(one.name) === answer;
  return answer !== null && earlier.some(sameAnswer) && later.some(sameAnswer);
}

/** Of which request's answer it is a line; null for everything else. */
function answerOf(name: string): string | null {
  return /^hear (\S+) (?!end$)/.exec(name)?.[1] ?? null;
}

/** The trials of message faults: every fault at every boundary where it can happen. */
export function messageTrials(scenario: Scenario, boundaries: readonly Boundary[]): Trial[] {
  return FAULTS.flatMap((fault) => boundaries.filter(fault.at).map((boundary) => messageTrial(scenario, boundary, fault)));
}

function messageTrial(scenario: Scenario, boundary: Boundary, fault: Fault): Trial {
  const { host, name } = boundary;
  return {
    fault: fault.name,
    phase: phaseOf(name),
    at: name,
    scenario,
    host,
    hides: (name) => fault.hides === "all" || (fault.hides === "it" && name === host),
    run: async (scene) => {
      let struck = false;
      const interrupt = new AbortController();
      const connect = tapped(realPorts().connect, (met, wire) => {
        if (struck || met.host !== host || met.conversation !== boundary.conversation || met.name !== name) return;
        struck = true;
        fault.strike({ scene, site: scene.site(host), wire, interrupt });
      });
      const report = await command(scene, scenario, { connect }, interrupt.signal);
      if (!struck) throw new Error(`${name} was not met on ${host}`);
      return report;
    },
    cure: (scene) => fault.cure?.({ scene, site: scene.site(host) }),
  };
}

/** The trials in which the controller is killed at a boundary. `program` is the compiled controller. */
export function controllerTrials(scenario: Scenario, boundaries: readonly Boundary[], program: string): Trial[] {
  return boundaries.map(({ host, name }) => ({
    fault: "the controller is killed",
    phase: phaseOf(name),
    at: name,
    scenario,
    host,
    hides: () => false,
    run: async (scene) => {
      await killController(scene, program, { command: scenario.command, host, boundary: name });
      return null;
    },
    cure: () => undefined,
  }));
}

/** The request that a boundary belongs to, or what else passes there. */
function phaseOf(name: string): string {
  if (/^(send [DE]|work stream)/.test(name)) return "the stream";
  return /slh_\w+/.exec(name)?.[0] ?? name;
}

/** Runs what a scenario runs, over a world of the trial's choice. */
export async function command(scene: Scene, scenario: Scenario, ports: Partial<Ports>, signal?: AbortSignal): Promise<Report> {
  return scene.api(ports)[scenario.command](scene.context(signal === undefined ? {} : { signal }), {});
}
