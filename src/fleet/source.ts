import type { CommandContext, DeployOptions, PromotionSource } from "../api.ts";
import type { ResolvedConfig, Task } from "../config/resolved.ts";
import { UserError } from "../errors.ts";
import { LastLines } from "../report/last-lines.ts";
import { createLineSplitter } from "../report/line-splitter.ts";
import { count, formatBytes } from "../report/units.ts";
import type { TreeContents } from "../tree/entry.ts";
import { testedFor } from "../tree/git/job-commit.ts";
import { readingOnce } from "../tree/once.ts";
import { openSource } from "../tree/source.ts";
import { treeOfEnvironment } from "./promote.ts";
import { openEnvironment, step, type FleetRun } from "./run.ts";

/** Pins, builds and hashes what is deployed, on the controller. The result must be closed. `stop` ends it early, as an interrupt does. */
export async function takeTree(
  run: FleetRun,
  options: Pick<DeployOptions, "ref" | "directory" | "archive" | "from">,
  stop?: AbortSignal,
): Promise<TreeContents> {
  const { config, env } = run.context;
  const signal = stop === undefined ? run.context.signal : AbortSignal.any([run.context.signal, stop]);
  if (options.from !== undefined) return takePromoted(run, options.from, signal);
  const source = withTested(sourceWith(config, options.ref), options.ref === undefined ? run.context.tested : undefined);
  const { run: start, temporary, cache } = run.ports;
  const building = config.build.length === 0 ? {} : { build: (directory: string) => build(run, config.build, directory, signal) };
  const contents = await step(
    run,
    "source",
    () =>
      openSource(
        { ...source, exclude: config.exclude, settings: config.file, ...building },
        { run: start, temporary, cache, env, signal },
      ),
    describe,
  );
  return config.hosts.length > 1 ? readingOnce(contents) : contents;
}

function takePromoted(run: FleetRun, from: PromotionSource, signal: AbortSignal): Promise<TreeContents> {
  return step(run, "source", () => treeOfEnvironment(run, from, signal), describe);
}

function describe({ tree, label }: TreeContents): string {
  const files = tree.entries.filter((entry) => entry.kind === "file");
  return `${label}: ${count(files.length, "file")}, ${formatBytes(files.reduce((sum, file) => sum + file.size, 0))}`;
}

/**
 * The context with what its options put in the place of the configured source. What comes from elsewhere is built: the configured build,
 * which is for the configured source, does not run on it.
 *
 * @throws UserError where the options contradict each other
 */
export function withSource(context: CommandContext, options: DeployOptions): CommandContext {
  const { directory, archive, ref, from } = options;
  const said = [from && "--from", directory && "--directory", archive && "--archive", ref && "--ref"];
  const [one, other] = said.filter((name) => name !== undefined);
  if (one !== undefined && other !== undefined && one !== "--ref") throw contradiction(one, other);
  if (from !== undefined) {
    if (from.config.environment === context.config.environment) throw fromItself(from.config.environment);
    return { ...context, config: { ...context.config, build: [] } };
  }
  if (directory === undefined && archive === undefined) return context;
  const source =
    archive === undefined ? ({ kind: "directory", path: directory ?? "" } as const) : ({ kind: "archive", ...archive } as const);
  return { ...context, config: { ...context.config, source, build: [] } };
}

function contradiction(one: string, other: string): UserError {
  const message = `${one} and ${other} exclude each other: each says what is deployed.`;
  return new UserError({ kind: "usage", message, remedy: "Leave one of them out." });
}

function fromItself(environment: string): UserError {
  const message = `${environment} cannot be deployed from itself.`;
  const remedy = "Name another environment: --from ENVIRONMENT. To bring late hosts to what is live on the others: --only-behind";
  return new UserError({ kind: "usage", message, remedy });
}

/** What a pipeline tested is what is deployed, also when its branch has moved on meanwhile. */
function withTested(source: ResolvedConfig["source"], given: CommandContext["tested"]): ResolvedConfig["source"] & Asked {
  const tested = source.kind === "git" ? testedFor(source, given) : null;
  return tested === null ? source : { ...source, tested };
}

interface Asked {
  readonly tested?: string;
}

function sourceWith(config: ResolvedConfig, ref: string | undefined): ResolvedConfig["source"] {
  if (ref === undefined) return config.source;
  if (config.source.kind === "git") return { ...config.source, ref };
  throw new UserError({
    kind: "usage",
    message: `--ref names a commit, but the source of this environment is ${config.source.kind === "archive" ? "an archive" : "a directory"}.`,
    remedy: "Leave --ref out, or configure `source: { git: . }`.",
  });
}

/** Runs the build tasks, one after the other. Throws UserError with the last lines of the one that failed. */
async function build(run: FleetRun, tasks: readonly Task[], directory: string, signal: AbortSignal): Promise<void> {
  for (const task of tasks) await buildOne(run, task, directory, signal);
}

async function buildOne(run: FleetRun, task: Task, directory: string, signal: AbortSignal): Promise<void> {
  const { emit, masker, ports, context, secrets } = run;
  const said = { host: "controller", point: "build", task: masker(task.run) };
  const began = ports.elapsed();
  const last = new LastLines();
  const splitter = createLineSplitter(
    (line) => {
      last.add(line);
      emit({ kind: "output", host: "controller", point: "build", line });
    },
    { mask: masker },
  );
  emit({ kind: "task-started", ...said });
  const own = Object.fromEntries(task.secrets.map((name) => [name, secrets[name] ?? ""]));
  const { code } = await ports.run("/bin/sh", ["-ec", task.run], {
    cwd: directory,
    env: { ...openEnvironment(run), ...task.env, ...own, SLH_POINT: "build", SLH_ENVIRONMENT: context.config.environment },
    onOutput: (chunk) => splitter.write(chunk),
    signal,
    timeout: task.timeout * 1000,
  });
  splitter.end();
  emit({ kind: "task-ended", ...said, code, ms: Math.round(ports.elapsed() - began) });
  signal.throwIfAborted();
  if (code !== 0) throw buildFailure(task, code, last.lines, ports.elapsed() - began >= task.timeout * 1000);
}

/** A build that fails is not a mistake of the configuration: the run failed, and no host was touched. */
export class BuildFailed extends UserError {}

const SILENT = "It printed nothing. To see where it stops, put `set -x` on its first line, or run it by hand in a clean clone.";

function buildFailure(task: Task, code: number, output: readonly string[], timedOut: boolean): BuildFailed {
  const how = timedOut ? `did not end within ${task.timeout} s and was stopped` : `ended with code ${code}`;
  return new BuildFailed({
    kind: "build-failed",
    message: `The build task \`${task.run.trim().split("\n")[0] ?? ""}\` ${how}. No host was touched.`,
    remedy: output.length > 0 ? "Its last lines tell why. Put that right and deploy again." : SILENT,
    output,
  });
}
