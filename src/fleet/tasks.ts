import type { ResolvedConfig, ResolvedHost, Task, TaskPoint } from "../config/resolved.ts";
import { secretNames } from "../config/secrets.ts";
import { HostFailure } from "../errors.ts";
import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import { callOf } from "../host/quote.ts";
import * as requests from "../host/requests.ts";
import { LastLines } from "../report/last-lines.ts";
import { createLineSplitter } from "../report/line-splitter.ts";
import type { Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";

/** What a task learns about what is going on. */
export interface TaskFacts {
  readonly action: "deploy" | "rollback" | "return";
  /** Release it is about, and what is or was live before it; empty where there is none. */
  readonly release: string;
  readonly previous: string;
  readonly revision: string;
  readonly message: string;
  /** Why, for `failed`; else empty. */
  readonly reason: string;
}

/** The tasks of a point that this host runs, in order. */
export function tasksFor(config: ResolvedConfig, host: ResolvedHost, tasks: readonly Task[]): Task[] {
  return tasks.filter(({ on }) => {
    if (on.kind === "all") return true;
    if (on.kind === "role") return host.roles.includes(on.role);
    return config.hosts[0]?.name === host.name;
  });
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
}

/** Runs tasks on one host, one after the other; the first that fails ends it. Returns the answer's lines. Throws HostFailure. */
export async function runTasks(run: FleetRun, member: Member, what: TaskRun): Promise<ByteString[]> {
  const text = what.tasks.map((task, index) => requests.task(taskCall(run, member.host, task, index, what.point, what.facts)));
  const follower = follow(run, member, what);
  try {
    return await member.ask(`${what.before ?? ""}${text.join("")}${what.after ?? ""}` as ByteString, {
      onLine: follower.onLine,
      onOutput: follower.onOutput,
      ...(what.signal === undefined ? {} : { signal: what.signal }),
    });
  } catch (error) {
    if (!member.alive) follower.lost();
    throw follower.explain(error);
  } finally {
    follower.end();
  }
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
  const release = `${host.root}/${host.layout.releases}/${facts.release}`;
  const secrets = Object.fromEntries(task.secrets.map((name) => [name, run.secrets[name] ?? ""]));
  const visible = { ...host.env, ...task.env, ...variables(run, host, point, facts), ...secrets };
  return {
    index,
    timeout: task.timeout,
    as: task.as,
    directory: task.in === "root" || facts.release === "" ? host.root : release,
    environment: `${withoutSecretsOfOthers(run, task)}${requests.exports(visible)}` as ByteString,
    umask: host.permissions.umask,
    run: task.run,
  };
}

/** The shell of `local` inherits our environment, and with it the secrets that are meant for other tasks. */
function withoutSecretsOfOthers({ context }: FleetRun, task: Task): ByteString {
  const others = secretNames(context.config).filter((name) => !task.secrets.includes(name));
  return others.length === 0 ? ("" as ByteString) : callOf("unset", others.map(bytesOf));
}

/** The facts of the deploy, as every task finds them in its environment. */
function variables(run: FleetRun, host: ResolvedHost, point: TaskPoint, facts: TaskFacts): Record<string, string> {
  const { config, by, origin } = run.context;
  const { root, layout } = host;
  const pathOf = (release: string): string => (release === "" ? "" : `${root}/${layout.releases}/${release}`);
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
    SLH_RELEASE_PATH: pathOf(facts.release),
    SLH_PREVIOUS: facts.previous,
    SLH_PREVIOUS_PATH: pathOf(facts.previous),
    SLH_REVISION: facts.revision,
    SLH_MESSAGE: facts.message,
    SLH_REASON: facts.reason,
    SLH_RUN: run.id,
    SLH_BY: by,
    SLH_ORIGIN: origin,
  };
}

interface Follower {
  readonly onLine: (line: ByteString) => void;
  readonly onOutput: (chunk: Buffer) => void;
  readonly explain: (error: unknown) => unknown;
  /** The host is gone: how far it came behind the last that was heard, nobody knows. */
  readonly lost: () => void;
  readonly end: () => void;
}

/** Turns what the host tells about tasks into events, and keeps the last lines for a failure. */
function follow(run: FleetRun, member: Member, { point, tasks, onBegun }: TaskRun): Follower {
  const last = new LastLines();
  let began = run.ports.elapsed();
  const unheard = new Set(tasks);
  const splitter = createLineSplitter(
    (line) => {
      last.add(line);
      run.emit({ kind: "output", host: member.name, point, line });
    },
    { mask: run.masker },
  );
  const begin = (task: Task): void => {
    last.clear();
    began = run.ports.elapsed();
    unheard.delete(task);
    onBegun?.({ member, point, task, known: true });
    run.emit({ kind: "task-started", host: member.name, point, task: run.masker(task.run) });
  };
  const end = (task: Task, code: number): void => {
    splitter.end();
    const ms = Math.round(run.ports.elapsed() - began);
    run.emit({ kind: "task-ended", host: member.name, point, task: run.masker(task.run), code, ms });
  };
  return {
    onLine: (line) => {
      const [word, what, index, code] = textOf(line).split(" ");
      const task = tasks[Number(index)];
      if (word === "warning") warn(run, member.name, textOf(line).slice("warning ".length));
      if (word === "task" && what === "cut")
        warn(run, member.name, `The output of a ${point} task was cut after ${index} bytes.`);
      if (word !== "task" || task === undefined) return;
      if (what === "begin") begin(task);
      else if (what === "end") end(task, Number(code));
    },
    onOutput: (chunk) => splitter.write(chunk),
    explain: (error) => explain(error, member, point, tasks, () => (splitter.end(), last.lines)),
    lost: () => unheard.forEach((task) => onBegun?.({ member, point, task, known: false })),
    end: () => splitter.end(),
  };
}

function explain(
  error: unknown,
  member: Member,
  point: TaskPoint,
  tasks: readonly Task[],
  output: () => readonly string[],
): unknown {
  if (!(error instanceof HostFailure)) return error;
  const [index, number] = error.message.split(" ");
  const task = tasks[Number(index)];
  if (task === undefined || (error.kind !== "task-failed" && error.kind !== "task-timeout")) return error;
  const ended =
    error.kind === "task-timeout" ? `did not end within ${number} s and was stopped` : `ended with code ${number}${hint(number)}`;
  return new HostFailure({
    host: member.name,
    kind: error.kind,
    message: `The ${point} task \`${shorten(task.run)}\` ${ended}.`,
    remedy:
      error.kind === "task-timeout"
        ? "Find out what it waits for, or raise `timeout` of the task."
        : "Its last lines tell why. Put that right and deploy again.",
    output: output(),
  });
}

function hint(code: string | undefined): string {
  if (code === "127") return " (command not found: is it installed, and on the PATH of a login without a terminal?)";
  if (code === "126") return " (it could not be started: is it executable?)";
  return "";
}

function shorten(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length > 100 || text.trim().includes("\n") ? `${line.slice(0, 100)} …` : line;
}
