import type { Api, CommandContext } from "../api.ts";
import { narrowTo } from "../config/choose-hosts.ts";
import { secretTexts } from "../config/secrets.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { HostFailure, UserError } from "../errors.ts";
import { commandsFor } from "../report/command-line.ts";
import type { Event } from "../report/events.ts";
import type { Report } from "../report/report.ts";
import type { DocumentOptions } from "../report/tables/options.ts";
import { wrap } from "../report/width.ts";
import { callerOf } from "./caller.ts";
import { confirmer } from "./confirm.ts";
import type { CliContext } from "./context.ts";
import { ExitCode, exitCodeOf } from "./exit-codes.ts";
import { reportOfFailure } from "./failure.ts";
import { ciJob } from "../library/ci.ts";
import { identify } from "../library/identity.ts";
import { changingTexts, endingTexts, stoppingTexts, tellingTexts, watchEnd, watchInterrupts } from "./interrupt.ts";
import type { InterruptTexts } from "./interrupt.ts";
import { KEPT_FILES } from "./kept-files.ts";
import { typedAgain } from "./options.ts";
import type { GlobalFlags } from "./options.ts";
import { Output } from "./output.ts";
import { NO_RELEASES, type SeenReleases, namesIn, seenInDocument, seenInReport } from "./seen.ts";
import type { LoadedConfig } from "../library/load.ts";
import type { World } from "./world.ts";

/** A command as it was called. */
export interface Call {
  /** As the report names it: `deploy`, `lock acquire`. */
  readonly command: string;
  readonly flags: GlobalFlags;
  readonly environment: string | undefined;
  readonly ref?: string | undefined;
  /** Another environment that the command is about besides. */
  readonly from?: string | undefined;
  /** It is about all environments of the configuration. */
  readonly every?: boolean;
  /** Words of the command line that are neither options nor the environment. */
  readonly words?: readonly string[];
  /** Words behind `--`. */
  readonly behind?: readonly string[];
  /** What is wrong with the words of the command line, where only the command itself can tell. */
  readonly problem?: UserError;
}

/** What a command works with once everything is read and wired. */
export interface Session {
  readonly api: Api;
  readonly context: CommandContext;
  /** The other environment; null where the command is about none. */
  readonly from: ResolvedConfig | null;
  /** All environments in the order of the configuration; none where the command is not about them. */
  readonly every: readonly ResolvedConfig[];
  readonly confirm: (question: string) => Promise<boolean>;
}

/** Runs a command that ends in a report, whatever happens to it. */
export async function runReporting(
  cli: CliContext,
  call: Call,
  act: (session: Session) => Promise<Report>,
  dryRun = false,
): Promise<void> {
  const output = new Output(cli.world, call.flags, false);
  cli.process.exitCode = await run(cli.world, call, output, async (session) => {
    const report = await act(session);
    output.report(report, { dryRun, asked: asked(call) });
    await remember(cli.world, session, seenInReport(report));
    if (!dryRun) cli.changed.look = lookCommand(cli.world, call, session.context.config.environment);
    return exitCodeOf(report.outcome);
  });
}

/** How the answer of a command that looks is shown, and what exit code it means. */
export interface Shown<D> {
  readonly lines: (document: D, options: DocumentOptions) => readonly string[];
  readonly exitCode: (document: D) => ExitCode;
}

/** Runs a command that shows a document. Where it fails there is a report instead. */
export async function runShowing<D extends object>(
  cli: CliContext,
  call: Call,
  act: (session: Session) => Promise<D>,
  shown: Shown<D>,
): Promise<void> {
  const output = new Output(cli.world, call.flags, HANDS.has(call.command) ? "hands" : true);
  cli.process.exitCode = await run(cli.world, call, output, async (session) => {
    const document = await act(session);
    const code = shown.exitCode(document);
    output.document({ command: call.command, document, well: code === ExitCode.done, lines: shown.lines });
    await remember(cli.world, session, seenInDocument(call.command, document));
    return code;
  });
}

/** Runs a command that hands the terminal to another program, whose exit code becomes ours. */
export async function runLending(cli: CliContext, call: Call, act: (session: Session) => Promise<number>): Promise<void> {
  const output = new Output(cli.world, call.flags, true);
  cli.process.exitCode = await run(cli.world, call, output, act);
}

/** Keeps for completions what a command saw. */
async function remember(world: World, { context: { config } }: Session, releases: SeenReleases | null): Promise<void> {
  const { file, environment } = config;
  await world.completions.remember({ file, environment, names: namesIn(config), ...(releases ?? NO_RELEASES) });
}

/** How far a command got, for the report of one that throws. */
interface Progress {
  loaded: LoadedConfig | null;
  /** The API was called. */
  acting: boolean;
  /** A host was told to switch: from there on nobody who leaves knows what is live. */
  switching: boolean;
  /** All is done on the hosts, and others are being told. */
  telling: boolean;
}

async function run(world: World, call: Call, output: Output, act: (session: Session) => Promise<number>): Promise<number> {
  const startedAt = world.now();
  const progress: Progress = { loaded: null, acting: false, switching: false, telling: false };
  const warn = (text: string): void => wrap(text, world.stderr.columns).forEach((line) => output.say("warning", line));
  const failed = (error: unknown, unsure: boolean): Report => {
    const { app = "", environment = call.environment ?? "" } = progress.loaded?.config ?? {};
    const times = { startedAt, endedAt: world.now() };
    return reportOfFailure({ ...call, ...times, app, environment, error, unsure, interrupted: interrupt.signal.aborted });
  };
  const left = (): ExitCode => {
    const error = new HostFailure({ host: "", kind: "cancelled", message: texts().second, remedy: "" });
    const report = failed(error, progress.switching);
    output.left(report);
    return exitCodeOf(report.outcome);
  };
  const texts = (): InterruptTexts => interruptTexts(world, call, progress);
  const interrupt = LENDING.has(call.command) ? watchEnd(world) : watchInterrupts(world, texts, warn, left);
  try {
    const session = await open(world, call, output, interrupt.signal, progress);
    progress.acting = true;
    return await act(session);
  } catch (error) {
    const report = failed(error, progress.acting && CHANGING.has(call.command));
    output.report(report, { asked: asked(call) }, error);
    return exitCodeOf(report.outcome);
  } finally {
    interrupt.stop();
  }
}

async function open(world: World, call: Call, output: Output, signal: AbortSignal, progress: Progress): Promise<Session> {
  checkFlags(call.flags);
  if (call.problem !== undefined) throw call.problem;
  const load = (environment: string | undefined, ref: string | undefined): Promise<LoadedConfig> => {
    const { directory } = world;
    return world.loadConfig({
      file: call.flags.config ?? null,
      environment: environment ?? null,
      orFirst: call.every === true,
      ref: ref ?? null,
      directory,
      signal,
    });
  };
  const loaded = await load(call.environment, call.ref);
  progress.loaded = loaded;
  const from = call.from === undefined ? null : (await load(call.from, undefined)).config;
  const names = call.every === true ? (loaded.environments ?? [loaded.config.environment]) : [];
  const every = await Promise.all(names.map(async (name) => (await load(name, undefined)).config));
  output.secrets([loaded.config, ...(from === null ? [] : [from]), ...every].flatMap((config) => secretTexts(config, world.env)));
  for (const warning of loaded.warnings) output.say("warning", warning);
  const wait = call.flags.wait ?? loaded.config.wait;
  const unreachable = call.flags.skipUnreachable === true ? "skip" : (loaded.config.unreachable ?? "stop");
  const config = { ...chosen(loaded.config, call), wait, unreachable } as const;
  const emit = (event: Event): void => {
    if (event.kind === "phase-started" && event.phase === "switch") progress.switching = true;
    if (event.kind === "step-started" && event.name === "notify") progress.telling = true;
    output.emit(event);
  };
  const caller = callerOf(world, call.flags);
  const { written } = loaded;
  const tested = call.flags.ci === "none" ? null : (ciJob(world.env)?.tested ?? null);
  const context = { config, ...(written && { written }), ...(tested && { tested }), emit, signal, env: world.env, caller };
  const again = commandsFor(caller, loaded.config.environment)(call.command, ...asked(call), "--yes");
  const identity = identify(world.env, world.user, world.hostname);
  const api = await world.api();
  return {
    api,
    from,
    every,
    context: { ...context, ...identity },
    confirm: confirmer(world, output, { yes: call.flags.yes, again }, signal),
  };
}

/** `--host` and `--role` of `exec`, `run` and `logs` add to each other, and are the command's own affair where both are there. */
function chosen(config: ResolvedConfig, { flags }: Call): ResolvedConfig {
  const { hosts = [], role = [], host = [] } = flags as GlobalFlags & { readonly host?: readonly string[] };
  return narrowTo(config, { hosts, roles: host.length > 0 ? [] : role });
}

/** What was asked for, besides the command and the environment. */
function asked({ words = [], flags, behind = [] }: Call): readonly string[] {
  return [...words, ...typedAgain(flags), ...(behind.length === 0 ? [] : ["--", ...behind])];
}

export function checkFlags(flags: GlobalFlags): void {
  if (flags.json && flags.events)
    throw contradiction("--json", "--events", "The last line of --events holds the report of --json.");
  if (flags.quiet && flags.verbose) throw contradiction("--quiet", "--verbose", "");
  const files = KEPT_FILES.map((name) => flags[name]).filter((file) => file !== undefined);
  if (new Set(files).size < files.length) throw sameFile();
}

function contradiction(one: string, other: string, note: string): UserError {
  const remedy = `Leave one of them out. ${note}`.trimEnd();
  return new UserError({ kind: "usage", message: `${one} and ${other} exclude each other.`, remedy });
}

function sameFile(): UserError {
  const options = KEPT_FILES.map((name) => `--${name}`).join(", ");
  const message = `Two of ${options} name the same file, which can hold only one of them.`;
  return new UserError({ kind: "usage", message, remedy: "Give each a file of its own." });
}

function interruptTexts(world: World, call: Call, { loaded, telling }: Progress): InterruptTexts {
  if (call.command === "logs") return endingTexts;
  if (!CHANGING.has(call.command)) return stoppingTexts;
  if (telling) return tellingTexts;
  return changingTexts(lookCommand(world, call, loaded?.config.environment));
}

function lookCommand(world: World, call: Call, environment: string | undefined): string {
  return commandsFor(callerOf(world, call.flags), environment ?? call.environment ?? "")("status");
}

const CHANGING: ReadonlySet<string> = new Set(["deploy", "rollback"]);
/** What they run or read on hosts is what was asked for. */
const HANDS: ReadonlySet<string> = new Set(["exec", "run", "logs"]);
const LENDING: ReadonlySet<string> = new Set(["ssh"]);
