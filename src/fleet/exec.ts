import type { CommandContext, ExecOptions, RunOptions } from "../api.ts";
import { DEFAULTS } from "../config/defaults.ts";
import type { ResolvedConfig, ResolvedHost, Task } from "../config/resolved.ts";
import { didYouMean } from "../config/suggest.ts";
import { HostFailure, UserError } from "../errors.ts";
import { argumentsText } from "../host/hands.ts";
import { denotesTime } from "../release/id.ts";
import { shellWord } from "../report/command-line.ts";
import type { CommandsDocument, ExecDocument, HostExec } from "../report/hands.ts";
import { chosenHosts, findPlace, withHands } from "./hands.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { startRun, type FleetRun } from "./run.ts";
import { runTasks, tasksFor } from "./tasks.ts";

/** Runs a command on hosts at once, as tasks are run. */
export async function exec(context: CommandContext, options: ExecOptions, ports: Ports): Promise<ExecDocument> {
  const { command, as = null, timeout = DEFAULTS.timeout } = options;
  const place = options.in ?? null;
  checkPlace(place);
  const hosts = chosenHosts(context.config, options);
  const [first = ""] = command;
  const text = command.length === 1 ? first : `${argumentsText(command)}"$@"`;
  const inside = place === "root" ? "root" : "release";
  const asHosts = { env: {}, path: [], shell: null, secrets: [], undo: null, makes: null } as const;
  const task: Task = { run: text, on: { kind: "all" }, in: inside, as, timeout, ...asHosts };
  const shown = command.length === 1 ? first : command.map(shellWord).join(" ");
  const run = startRun("exec", context, ports, []);
  return everywhere(run, { point: "exec", place, shown, on: hosts.map((host) => ({ host, task })) });
}

/** A release of any other name would be a path that leads anywhere. */
function checkPlace(place: string | null): void {
  if (place === null || place === "current" || place === "root" || denotesTime(place)) return;
  throw new UserError({
    kind: "usage",
    message: `--in wants current, root or the id of a release, not ${place}.`,
    remedy: "Ids of releases are shown by `releases`.",
  });
}

/** Runs a named command of the configuration on the hosts that it is for. */
export async function runCommand(
  context: CommandContext,
  name: string,
  { args = [], ...chosen }: RunOptions,
  ports: Ports,
): Promise<ExecDocument> {
  const hosts = chosenHosts(context.config, chosen);
  const all = placed(context.config, name);
  if (all.length === 0) throw unknownCommand(context.config, name);
  const on = all.filter(({ host }) => hosts.includes(host)).map(({ host, task }) => ({ host, task: withArguments(task, args) }));
  if (on.length === 0) throw notThere(name, all, hosts);
  const secrets = [...new Set(on.flatMap(({ task }) => task.secrets))];
  const run = startRun("run", context, ports, secrets);
  return everywhere(run, { point: "run", place: null, shown: [name, ...args].map(shellWord).join(" "), on });
}

/** The hosts that a named command is for, each with its own form of it. */
function placed(config: ResolvedConfig, name: string): Placed[] {
  return config.hosts.flatMap((host) => {
    const task = Object.hasOwn(host.commands, name) ? host.commands[name] : undefined;
    return task === undefined ? [] : tasksFor(config, host, [task]).map((own) => ({ host, task: own }));
  });
}

/** `"$@"` where the command takes it; where it mentions no arguments they stand behind it. */
function withArguments(task: Task, args: readonly string[]): Task {
  if (args.length === 0) return task;
  const takes = /\$(?:[@*#1-9]|\{[@*#1-9])/u.test(task.run);
  return { ...task, run: `${argumentsText(args)}${takes ? task.run : `${task.run.trimEnd()} "$@"`}` };
}

/** What there is to run, in the order of the configuration. */
export function commandList({ config }: CommandContext): CommandsDocument {
  const commands = namesOf(config).map((name) => {
    const on = placed(config, name);
    return { name, run: on[0]?.task.run ?? "", hosts: on.map(({ host }) => host.name), as: on[0]?.task.as ?? null };
  });
  return { schema: 1, app: config.app, environment: config.environment, commands };
}

function namesOf(config: ResolvedConfig): readonly string[] {
  return [...new Set(config.hosts.flatMap((host) => Object.keys(host.commands)))];
}

function unknownCommand(config: ResolvedConfig, name: string): UserError {
  const names = namesOf(config);
  const list = names.length === 0 ? "Write it under `commands:` of the configuration." : `There are: ${names.join(", ")}.`;
  return new UserError({
    kind: "no-such-command",
    message: `The configuration has no command \`${name}\` for ${config.environment}.`,
    remedy: [didYouMean(name, names).trim(), list].filter((part) => part !== "").join(" "),
  });
}

function notThere(name: string, all: readonly Placed[], hosts: readonly ResolvedHost[]): UserError {
  return new UserError({
    kind: "no-such-host",
    message: `\`${name}\` is not for ${hosts.map((host) => host.name).join(", ")}.`,
    remedy: `Its \`on\` says where it runs: ${all.map(({ host }) => host.name).join(", ")}.`,
  });
}

interface Placed {
  readonly host: ResolvedHost;
  readonly task: Task;
}

interface Everywhere {
  readonly point: "exec" | "run";
  readonly place: string | null;
  readonly shown: string;
  readonly on: readonly Placed[];
}

async function everywhere(run: FleetRun, what: Everywhere): Promise<ExecDocument> {
  const results = new Map<string, Result>();
  const hosts = what.on.map(({ host }) => host);
  const members = await withHands(run, hosts, async (member) => {
    const result = new Result();
    results.set(member.name, result);
    const task = what.on.find(({ host }) => host === member.host)?.task;
    if (task !== undefined) await runOn(run, member, task, what, result);
  });
  const { app, environment } = run.context.config;
  return {
    schema: 1,
    app,
    environment,
    command: run.masker(what.shown),
    interrupted: run.context.signal.aborted,
    hosts: members.map((member) => (results.get(member.name) ?? new Result()).row(member)),
  };
}

/** A command that ends with another code than 0 is an answer, not a failure of the host. */
async function runOn(run: FleetRun, member: Member, task: Task, { point, place }: Everywhere, result: Result): Promise<void> {
  const { release, live } = await findPlace(run, member, place);
  const { root, layout } = member.host;
  result.directory = task.in === "root" || release === "" ? root : `${root}/${layout.releases}/${release}`;
  const facts = { action: point, release: release === "" ? live : release, previous: "", revision: "", message: "", reason: "" };
  const { signal } = run.context;
  const onEnded = (code: number, ms: number): void => void Object.assign(result, { code, ms });
  try {
    await runTasks(run, member, { point, tasks: [task], facts, signal, onEnded, onPrinted: (line) => result.add(line) });
  } catch (error) {
    if (!(error instanceof HostFailure && error.kind === "task-failed")) throw error;
  }
}

/** As many characters of output as a document keeps of each host. */
const MOST = 1024 * 1024;

/** What is known of one host so far. */
class Result {
  code: number | null = null;
  directory: string | null = null;
  ms = 0;
  #lines: string[] = [];
  #length = 0;
  #truncated = false;

  add(line: string): void {
    this.#lines.push(line);
    this.#length += line.length + 1;
    // Half at a time: to move a million lines for each new one would take for ever.
    if (this.#length > 2 * MOST) this.#shorten();
  }

  #shorten(): void {
    let at = 0;
    while (this.#length > MOST && at < this.#lines.length) this.#length -= (this.#lines[at++]?.length ?? 0) + 1;
    this.#truncated ||= at > 0;
    this.#lines = this.#lines.slice(at);
  }

  row(member: Member): HostExec {
    if (this.#length > MOST) this.#shorten();
    const { code, directory, ms } = this;
    const output = this.#lines.map((line) => `${line}\n`).join("");
    return { host: member.name, code, directory, ms, output, truncated: this.#truncated, error: member.error };
  }
}
