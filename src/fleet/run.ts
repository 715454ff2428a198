import type { CommandContext } from "../api.ts";
import type { ResolvedConfig, Task } from "../config/resolved.ts";
import { checkSecretNames, deploySecretNames, notifySecretNames, secretTexts } from "../config/secrets.ts";
import { SSH_CONFIG } from "../config/ssh-config.ts";
import { UserError } from "../errors.ts";
import { generationNumber } from "../plan/lock-record.ts";
import { checkClock } from "../release/id.ts";
import type { PromotedFrom, Stamp } from "../release/ledger.ts";
import { type Commands, commandsFor, plainCaller } from "../report/command-line.ts";
import type { Event } from "../report/events.ts";
import type { Commits } from "../report/report.ts";
import { createMasker, type Masker } from "../report/mask.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { Slots } from "./slots.ts";

/** One run of one command: what all its steps share. */
export interface FleetRun {
  readonly context: CommandContext;
  readonly ports: Ports;
  readonly command: string;
  /** Shared by all facts of this run in all ledgers. */
  readonly id: string;
  readonly startedAt: Date;
  readonly began: number;
  readonly warnings: string[];
  /** Hosts that the run goes on without, which are in its report all the same. */
  readonly leftAlone: Member[];
  /** Between what was live and what is deployed, once that is known. */
  commits: Commits | null;
  /** Where what is deployed was live before; null where it comes from a source. */
  promotedFrom: PromotedFrom | null;
  /** Secrets by name, for the tasks that name them. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly masker: Masker;
  /** The same for documents that programs read: it leaves very short secrets alone. */
  readonly documentMasker: Masker;
  readonly emit: (event: Event) => void;
  /** What people are told to type next. */
  readonly commands: Commands;
  /** How much is done at the same time. */
  readonly slots: { readonly connect: Slots; readonly send: Slots };
}

/**
 * Begins a run. Throws UserError if a secret that some task names is not in the controller's environment, or its clock names no release.
 * `needed`: names of the secrets, where it is not the command alone that decides.
 */
export function startRun(
  command: string,
  context: CommandContext,
  ports: Ports,
  needed: readonly string[] = namesFor(command, context),
): FleetRun {
  if (NAMING.has(command)) checkClock(ports.now());
  const secrets = collectSecrets(context, needed);
  const run: FleetRun = {
    context,
    ports,
    command,
    id: ports.randomHex(8),
    startedAt: ports.now(),
    began: ports.elapsed(),
    warnings: [],
    leftAlone: [],
    commits: null,
    promotedFrom: null,
    secrets,
    masker: createMasker([...Object.values(secrets), ...known(context)]),
    // A secret of a few letters is in every other word of a document, `deployed` among them.
    documentMasker: createMasker([...Object.values(secrets), ...known(context)].filter(({ length }) => length >= SHORTEST)),
    emit: context.emit,
    commands: commandsFor(context.caller ?? plainCaller, context.config.environment),
    slots: startSlots(context.config.limits),
  };
  const { app, environment, hosts } = context.config;
  run.emit({ kind: "started", command, app, environment, hosts: hosts.map(({ name }) => name) });
  return run;
}

const SHORTEST = 4;

export function startSlots({ connect, send }: ResolvedConfig["limits"]): FleetRun["slots"] {
  return { connect: new Slots(connect), send: new Slots(send) };
}

/** Commands that make a release, or say which they would. */
const NAMING: ReadonlySet<string> = new Set(["deploy", "plan"]);

/** Going back at night must not fail for want of a secret that only a build needs. */
function namesFor(command: string, { config }: CommandContext): readonly string[] {
  if (command === "deploy") return deploySecretNames(config);
  if (command !== "rollback") return [];
  const tasks = config.hosts.flatMap((host): readonly Task[] => [
    ...host.tasks.drain,
    ...host.tasks.afterSwitch,
    ...host.tasks.undrain,
    ...host.tasks.finish,
    ...host.tasks.failed,
  ]);
  return [...new Set([...tasks.flatMap(({ secrets }) => secrets), ...checkSecretNames(config)])];
}

/** All that this machine has: a host may print one that it was given on another day. */
function known({ config, env }: CommandContext): readonly string[] {
  return secretTexts(config, env);
}

/** Names of secrets that a command needs and the environment has not. */
export function missingSecrets(context: CommandContext, command: string): string[] {
  return absent(context, namesFor(command, context));
}

function absent(context: CommandContext, names: readonly string[]): string[] {
  return names.filter((name) => context.env[name] === undefined);
}

function collectSecrets(context: CommandContext, names: readonly string[]): Record<string, string> {
  const missing = absent(context, names);
  if (missing.length > 0) {
    throw new UserError({
      kind: "secret-missing",
      message: `Tasks need secrets that are not in the environment: ${missing.join(", ")}.`,
      remedy: `Set them where you start symlink-helper, for example: export ${missing[0] ?? ""}=…`,
    });
  }
  return Object.fromEntries(names.map((name) => [name, context.env[name] ?? ""]));
}

/** The controller's environment without what only those may see who name it. */
export function openEnvironment({ context, secrets }: FleetRun): Record<string, string | undefined> {
  // The last leads to the key of a CI job.
  const hidden = new Set([...Object.keys(secrets), ...notifySecretNames(context.config), SSH_CONFIG]);
  return Object.fromEntries(Object.entries(context.env).filter(([name]) => !hidden.has(name)));
}

/** What people are told to type about one host, where the command as it was called is for others. */
export function commandsAt(run: FleetRun, member: Member): Commands {
  return member.chosen ? run.commands : commandsOnly(run, member);
}

/** The same for this host alone, in any case. */
export function commandsOnly({ context }: FleetRun, { name }: Member): Commands {
  const { caller = plainCaller, config } = context;
  return commandsFor({ ...caller, only: ["--hosts", name] }, config.environment);
}

/** A warning is shown when it comes up and listed in the report. */
export function warn(run: FleetRun, host: string | null, text: string): void {
  run.warnings.push(host === null ? text : `${host}: ${text}`);
  run.emit({ kind: "warning", host, text });
}

export function notice(run: FleetRun, host: string | null, text: string): void {
  run.emit({ kind: "notice", host, text });
}

/** What every ledger line of this run carries. */
export function stampOf(run: FleetRun, generation: string): Stamp {
  return {
    at: run.ports.now().toISOString(),
    by: run.context.by,
    run: run.id,
    generation: generation === "" ? 0 : generationNumber(generation),
    command: run.command,
    origin: run.context.origin,
  };
}

/** A step on the controller, timed and told. */
export async function step<Result>(
  run: FleetRun,
  name: string,
  work: () => Promise<Result>,
  say: (result: Result) => string,
): Promise<Result> {
  const began = run.ports.elapsed();
  run.emit({ kind: "step-started", name });
  const result = await work();
  run.emit({ kind: "step-ended", name, ms: run.ports.elapsed() - began, text: say(result) });
  return result;
}
