import type { ResolvedConfig, ResolvedHost, Task, TaskPoint } from "../config/resolved.ts";
import { runsOn } from "../config/runs-on.ts";
import { secretNames } from "../config/secrets.ts";
import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import { callOf } from "../host/quote.ts";
import * as requests from "../host/requests.ts";
import { LastLines } from "../report/last-lines.ts";
import { createLineSplitter } from "../report/line-splitter.ts";
import { LONGEST_WAIT, type Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";
import { taskFailure } from "./task-failure.ts";

/** What a task learns about what is going on. */
export interface TaskFacts {
  readonly action: "deploy" | "rollback" | "return" | "exec" | "run";
  /** Release it is about, and what is or was live before it; empty where there is none. */
  readonly release: string;
  readonly previous: string;
  /** There is none, but `current` leads to something else, which is what is served. */
  readonly elsewhere?: true;
  readonly revision: string;
  readonly message: string;
  /** Why, for `failed`; else empty. */
  readonly reason: string;
}

/** The tasks of a point that this host runs, in order. */
export function tasksFor(config: ResolvedConfig, host: ResolvedHost, tasks: readonly Task[]): Task[] {
  return tasks.filter(({ on }) => runsOn(config, host, on));
}

/** A task that was begun on a host, for `undo` and for what is told about what was not undone. */
export interface Begun {
  readonly member: Member;
  readonly point: TaskPoint;
  readonly task: Task;
  /** False where the host was lost before it could tell: it may have been begun. */
  readonly known: boolean;
}

export interface TaskRun {
  readonly point: TaskPoint;
  readonly tasks: readonly Task[];
  readonly facts: TaskFacts;
  /** Further calls of the same request, before and behind the tasks. */
  readonly before?: ByteString;
  readonly after?: ByteString;
  readonly signal?: AbortSignal;
  readonly onBegun?: (begun: Begun) => void;
  /** Each line that a task printed, masked. */
  readonly onPrinted?: (line: string) => void;
  /** How a task ended, with its time in milliseconds. */
  readonly onEnded?: (code: number, ms: number) => void;
}

/** Runs tasks on one host, one after the other; the first that fails ends it. Returns the answer's lines. Throws HostFailure. */
export async function runTasks(run: FleetRun, member: Member, what: TaskRun): Promise<ByteString[]> {
  const text = what.tasks.map((task, index) => requests.task(taskCall(run, member.host, task, index, what.point, what.facts)));
  const follower = follow(run, member, what);
  const wasAlive = member.alive;
  try {
    const lines = await member.ask(`${what.before ?? ""}${text.join("")}${what.after ?? ""}` as ByteString, {
      onLine: follower.onLine,
      onOutput: follower.onOutput,
      within: follower.patience,
      ...(what.signal === undefined ? {} : { signal: what.signal }),
    });
    noteUndo(run, member, what, true);
    return lines;
  } catch (error) {
    if (follower.begun()) noteUndo(run, member, what, false);
    if (wasAlive && !member.alive) follower.lost();
    throw follower.explain(error);
  } finally {
    follower.end();
  }
}

/** The report tells of each undo: a task on the way back that is none of the host's own was made of the `undo` of one. */
function noteUndo(run: FleetRun, member: Member, { point, tasks, facts }: TaskRun, ok: boolean): void {
  const own = Object.values(member.host.tasks).flat();
  if (facts.action !== "return" || point === "check") return;
  for (const task of tasks) if (!own.includes(task)) member.undone.push({ point, run: run.masker(task.run), ok });
}

/** One task as the host is told it. */
export function taskCall(
  run: FleetRun,
  host: ResolvedHost,
  task: Task,
  index: number,
  point: TaskPoint,
  facts: TaskFacts,
): requests.TaskCall {
  const secrets = Object.fromEntries(task.secrets.map((name) => [name, run.secrets[name] ?? ""]));
  const visible = { ...host.env, ...task.env, ...variables(run, host, point, facts), ...secrets };
  return {
    index,
    timeout: task.timeout,
    as: task.as,
    directory: (task.in === "root" ? "" : pathOf(host, facts)) || host.root,
    environment: `${withoutSecretsOfOthers(run, task.secrets)}${requests.exports(visible)}` as ByteString,
    path: [...task.path, ...host.path],
    umask: host.permissions.umask,
    run: task.run,
    shell: task.shell ?? host.shell,
  };
}

/** Of the release that a task is about, or of what is served in its place; empty where there is none. */
function pathOf({ root, layout }: ResolvedHost, { release, elsewhere }: Pick<TaskFacts, "release" | "elsewhere">): string {
  if (elsewhere === true) return `${root}/${layout.current}`;
  return release === "" ? "" : `${root}/${layout.releases}/${release}`;
}

/** The shell of `local` inherits our environment, and with it the secrets that are meant for others. `own`: names of those that are not. */
export function withoutSecretsOfOthers({ context }: FleetRun, own: readonly string[]): ByteString {
  const others = secretNames(context.config).filter((name) => !own.includes(name));
  return others.length === 0 ? ("" as ByteString) : callOf("unset", others.map(bytesOf));
}

/** The facts of the deploy, as every task finds them in its environment. */
function variables(run: FleetRun, host: ResolvedHost, point: TaskPoint, facts: TaskFacts): Record<string, string> {
  const { config, by, origin } = run.context;
  const { root, layout } = host;
  return {
    SLH_APP: config.app,
    SLH_ENVIRONMENT: config.environment,
    SLH_HOST: host.name,
    SLH_ROLES: host.roles.join(" "),
    SLH_POINT: point,
    SLH_ACTION: facts.action,
    SLH_ROOT: root,
    SLH_CURRENT: `${root}/${layout.current}`,
    SLH_SHARED: `${root}/${layout.shared}`,
    SLH_RELEASE: facts.release,
    SLH_RELEASE_PATH: pathOf(host, facts),
    SLH_PREVIOUS: facts.previous,
    SLH_PREVIOUS_PATH: pathOf(host, { release: facts.previous }),
    SLH_REVISION: facts.revision,
    SLH_MESSAGE: facts.message,
    SLH_REASON: facts.reason,
    SLH_RUN: run.id,
    SLH_BY: by,
    SLH_ORIGIN: origin,
  };
}

/**
 * Seconds in which a host is to be heard while a task runs; null: none does. The host ends a task in time, whatever it says meanwhile; but a
 * host that waits for its own disk ends none. It counts by naps, which take longer where it is busy.
 */
export function patienceWith(task: Pick<Task, "timeout"> | null): number {
  return (task?.timeout ?? 0) * 2 + LONGEST_WAIT;
}

interface Follower {
  readonly onLine: (line: ByteString) => void;
  readonly onOutput: (chunk: Buffer) => void;
  readonly explain: (error: unknown) => unknown;
  /** The host is gone: how far it came behind the last that was heard, nobody knows. */
  readonly lost: () => void;
  readonly end: () => void;
  /** Whether any task was heard to begin. */
  readonly begun: () => boolean;
  /** Seconds in which something is to be heard. */
  readonly patience: () => number;
}

/** Turns what the host tells about tasks into events, and keeps the last lines for a failure. */
function follow(run: FleetRun, member: Member, { point, tasks, facts, onBegun, onPrinted, onEnded }: TaskRun): Follower {
  const last = new LastLines();
  let began = run.ports.elapsed();
  const unheard = new Set(tasks);
  let working: Task | null = null;
  const splitter = createLineSplitter(
    (line) => {
      last.add(line);
      onPrinted?.(line);
      run.emit({ kind: "output", host: member.name, point, line });
    },
    { mask: run.masker },
  );
  const begin = (task: Task): void => {
    last.clear();
    working = task;
    began = run.ports.elapsed();
    unheard.delete(task);
    onBegun?.({ member, point, task, known: true });
    run.emit({ kind: "task-started", host: member.name, point, task: run.masker(task.run) });
  };
  const end = (task: Task, code: number): void => {
    splitter.end();
    working = null;
    const ms = Math.round(run.ports.elapsed() - began);
    run.emit({ kind: "task-ended", host: member.name, point, task: run.masker(task.run), code, ms });
    onEnded?.(code, ms);
  };
  return {
    onLine: (line) => {
      const [word, what, index, code] = textOf(line).split(" ");
      const task = tasks[Number(index)];
      if (word === "warning") warn(run, member.name, textOf(line).slice("warning ".length));
      if (word === "task" && what === "cut") {
        splitter.drop();
        warn(run, member.name, `The output of a task of ${point} was cut after ${index} bytes; its last lines were kept.`);
      }
      if (word !== "task" || task === undefined) return;
      if (what === "begin") begin(task);
      else if (what === "end") end(task, Number(code));
    },
    onOutput: (chunk) => splitter.write(chunk),
    explain: (error) => taskFailure(error, member, { point, tasks, facts }, () => (splitter.end(), last.lines)),
    lost: () => unheard.forEach((task) => onBegun?.({ member, point, task, known: false })),
    end: () => splitter.end(),
    begun: () => unheard.size < tasks.length,
    patience: () => patienceWith(working),
  };
}
