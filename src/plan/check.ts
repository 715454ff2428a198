import type { ResolvedConfig, ResolvedHost, Task, TaskShell } from "../config/resolved.ts";
import { formatBytes } from "../report/units.ts";
import type { Facts, HostProblem } from "./facts.ts";
import { cannotGoBack, missingTools } from "./host-plan.ts";
import { checkProblems } from "./checks.ts";
import { programsOf } from "./programs.ts";

/** Seconds by which two clocks may differ before people are told: times of history and of releases are read side by side. */
const CLOCKS_DIFFER = 60;
/** Less than this is too little for most applications' next release. */
const FEW_KILOBYTES = 512 * 1024;
const FEW_INODES = 20_000;

/** What is in the way of a deploy to this host, whatever is deployed. */
export function standingProblems(config: ResolvedConfig, host: ResolvedHost, facts: Facts): HostProblem[] {
  return [
    ...facts.problems,
    ...missingTools(facts),
    ...cannotGoBack(config, host, facts),
    ...checkProblems(config, host, facts),
    ...fullDisk(facts),
  ];
}

function fullDisk({ kilobytes, inodes }: Facts): HostProblem[] {
  if (kilobytes === 0) return [{ code: "no-space", text: "The disk is full" }];
  return inodes === 0 ? [{ code: "no-space", text: "The file system has no free inode" }] : [];
}

/** What stops no deploy, and yet a person should know. `clockAhead`: seconds by which the host's clock is ahead of ours. */
export function doubts(facts: Facts, clockAhead: number): HostProblem[] {
  const { kilobytes, inodes, release, dangling, foreign } = facts;
  const found: HostProblem[] = [];
  if (kilobytes !== null && kilobytes > 0 && kilobytes < FEW_KILOBYTES)
    found.push({ code: "little-space", text: `Only ${formatBytes(kilobytes * 1024)} are free there` });
  if (inodes !== null && inodes > 0 && inodes < FEW_INODES)
    found.push({ code: "little-space", text: `Only ${inodes} inodes are free there, and every file needs one` });
  if (Math.abs(clockAhead) > CLOCKS_DIFFER)
    found.push({
      code: "clock",
      text: `Its clock is ${Math.abs(clockAhead)} s ${clockAhead > 0 ? "ahead of" : "behind"} the one of this computer`,
    });
  if (release.elsewhere !== null && release.elsewhere !== undefined)
    found.push({
      code: "foreign-current",
      text: `\`current\` points to ${release.elsewhere}, which is ${dangling ? "not there" : "no release here"}: a rollback could not go back to it`,
    });
  if (foreign.length > 0) found.push({ code: "foreign", text: `In releases/, but not a release: ${foreign.join(", ")}` });
  return found;
}

/** Tasks that see the same programs on a host, and which those would have to be. */
export interface Wanted {
  readonly as: string | null;
  readonly path: readonly string[];
  readonly shell: TaskShell | null;
  readonly programs: readonly string[];
}

/** What the tasks that a host runs begin with, in as few questions as there are users, shells and paths. */
export function wantedPrograms(host: ResolvedHost, runs: (task: Task) => boolean): Wanted[] {
  const wanted = new Map<string, Wanted>();
  const checks = host.check.flatMap((check) => (check.kind === "command" ? [check.task] : []));
  for (const task of [...Object.values(host.tasks).flat(), ...checks].filter(runs)) {
    const { as } = task;
    const [path, shell] = [[...task.path, ...host.path], task.shell ?? host.shell];
    const key = JSON.stringify([as, path, shell]);
    const before = wanted.get(key)?.programs ?? [];
    wanted.set(key, {
      as,
      path,
      shell,
      programs: [...new Set([...before, ...programsOf(task.run), ...programsOf(task.undo ?? "")])],
    });
  }
  return [...wanted.values()];
}

/** What a host said about one of them. */
export interface Probed {
  readonly missing: readonly string[];
  /** PATH as those tasks have it. */
  readonly path: string;
  /** Whether the question was answered to its end. */
  readonly answered: boolean;
  /** What was said besides: by sudo, by the shell, by start-up files. */
  readonly noise: readonly string[];
}

/** Problems for people, of what a host said. */
export function probeProblems({ as, shell }: Wanted, probed: Probed): HostProblem[] {
  // Sudo begins with the cause; what start-up files print comes before it.
  const noise = probed.noise.filter((line) => !line.startsWith("sudo: unable to resolve host"));
  const said = noise.find((line) => line.startsWith("sudo:")) ?? noise.at(-1) ?? "";
  if (!probed.answered) {
    const why = said === "" ? "" : `: ${said}`;
    if (as !== null) return [{ code: "sudo", text: `Tasks with \`as: ${as}\` could not run${why}` }];
    return [{ code: "task-shell", text: `Tasks could not run in \`${shell?.program ?? "/bin/sh"}\`${why}` }];
  }
  const how = shell === null ? "" : ` in \`${[shell.program, shell.flags].join(" ").trim()}\``;
  const whose = `PATH of tasks${as === null ? "" : ` as ${as}`}${how}: ${probed.path}`;
  return probed.missing.map((name) => ({ code: "program-missing", text: `${name} is not found (${whose})` }));
}
