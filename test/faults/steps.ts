import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readProgram } from "../../src/host/program.ts";
import type { Scenario } from "./scenario.ts";
import type { Scene } from "./scene.ts";
import { makeRoom } from "./fill.ts";
import type { Site } from "./site.ts";
import type { Trial } from "./trial.ts";
import { command } from "./trials.ts";

const target = fileURLToPath(new URL("../../src/target", import.meta.url));

/** Every place inside the runtime where it can be stopped or broken: each `slh_step "NAME"` in src/target. */
export function stepNames(): string[] {
  const text = readdirSync(target).map((name) => readFileSync(join(target, name), "utf8"));
  return [...text.join("\n").matchAll(/^\s*slh_step "(.+)"$/gm)].map(([, name = ""]) => name);
}

/** What happens at a place, as shell text of the runtime. `$$` is the worker; in what a host does by itself it is the loop. */
const ACTIONS: Readonly<Record<string, string>> = {
  "the worker kills itself": `kill -s KILL $$`,
  "the loop is killed": `kill -s KILL "\${slh_loop_pid:-$$}"`,
  "everything is killed": `kill -s KILL -- "-\${slh_loop_pid:-$$}"; kill -s KILL -- "-$$"; kill -s KILL $$`,
  "the write fails": `slh_fail_write "what a test broke"`,
  "the disk is full": `mkdir -p "$slh_root/../filler"; cat /dev/zero 2>/dev/null >"$slh_root/../filler/space"`,
};

/** Which places each host passes in a scenario when nothing goes wrong. */
export async function recordSteps(scene: Scene, scenario: Scenario): Promise<{ host: string; step: string }[]> {
  scene.reset(scenario.from);
  scene.edit(scenario.version, scenario.files);
  await command(scene, scenario, { program: withStep(scene.sites, (site) => `echo "$1" >>'${site.notesThere}/steps'`) });
  return scene.sites.flatMap((site) => {
    const passed = readFileSync(join(site.notes, "steps"), "utf8").trim().split("\n");
    return [...new Set(passed)].map((step) => ({ host: site.name, step }));
  });
}

/** The trials of a scenario's places: everything that can happen at each. */
export function stepTrials(scenario: Scenario, passed: readonly { readonly host: string; readonly step: string }[]): Trial[] {
  return Object.keys(ACTIONS).flatMap((fault) => passed.map(({ host, step }) => stepTrial(scenario, host, step, fault)));
}

function stepTrial(scenario: Scenario, host: string, step: string, fault: string): Trial {
  return {
    fault,
    phase: step,
    at: `place ${step}`,
    scenario,
    host,
    hides: () => false,
    run: async (scene) => {
      const report = await command(scene, scenario, { program: withStep([scene.site(host)], (site) => once(site, step, fault)) });
      if (!existsSync(join(scene.site(host).notes, "struck"))) throw new Error(`${step} was not passed on ${host}`);
      return report;
    },
    cure: (scene) => makeRoom(scene.site(host).disk),
  };
}

/** Only once: the same run may come by again, over a new connection, to put things right. */
function once(site: Site, step: string, fault: string): string {
  const first = `(set -C; : >'${site.notesThere}/struck') 2>/dev/null`;
  return `if [ "$1" = '${step}' ] && ${first}; then ${ACTIONS[fault] ?? ""}; fi`;
}

const NOTHING = "slh_step() { :; }";

/** The runtime with other text at its places, for those of the hosts that have one. */
function withStep(sites: readonly Site[], textFor: (site: Site) => string): string {
  const program = readProgram();
  if (program.split(NOTHING).length !== 2) throw new Error(`The runtime does not have exactly one ${NOTHING}`);
  const cases = sites.map((site) => `${site.name === "local" ? "*" : site.name}) ${textFor(site)} ;;`);
  return program.replace(NOTHING, () => `slh_step() { case $(uname -n) in ${cases.join(" ")} *) ;; esac; :; }`);
}
