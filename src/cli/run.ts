import { run as runStricli } from "@stricli/core";
import { UserError } from "../errors.ts";
import { buildApp } from "./app.ts";
import { orderArgs } from "./argv.ts";
import type { OrderedArgs } from "./argv.ts";
import type { Changed, CliContext } from "./context.ts";
import { ExitCode, exitCodeOf } from "./exit-codes.ts";
import { reportOfFailure } from "./failure.ts";
import { commandHelp, rootHelp } from "./help.ts";
import { exitCodeOfAnswer } from "./lost-answer.ts";
import { type FileFlags, KEPT_FILES } from "./kept-files.ts";
import { Output } from "./output.ts";
import { CI_STYLES } from "./options.ts";
import { commands, findCommand } from "./routes.ts";
import { hint, usageText } from "./usage-errors.ts";
import type { World } from "./world.ts";

/** Runs one command line to its end and says the exit code. Never rejects. */
export async function run(world: World): Promise<number> {
  const changed: Changed = { look: null };
  const code = await runWords(world, changed);
  return exitCodeOfAnswer(world, code, changed.look);
}

async function runWords(world: World, changed: Changed): Promise<number> {
  if (world.args[0] === "__complete") return completions(world);
  const args = orderArgs(world.args, commands);
  if (args.has("--version")) return showVersion(world);
  if (args.command === "help") return showHelp(world, args.rest[0] ?? null);
  if (args.command === null)
    return args.has("--help") || args.has("-h") ? showHelp(world, null) : wrongUsage(world, args, withoutCommand(args));
  if (findCommand(args.command) === undefined) return wrongUsage(world, args, [unknownCommand(args.command)]);
  return runCommand(world, args, args.command, changed);
}

async function runCommand(world: World, args: OrderedArgs, command: string, changed: Changed): Promise<number> {
  const problems: string[] = [];
  const text = usageText(findCommand(command), (problem) => problems.push(problem));
  const internal: string[] = [];
  const passes = findCommand(command)?.passes === true;
  const own = args.behind === null || passes ? args.rest : [...args.rest, "--", ...args.behind];
  const cli: CliContext = {
    world,
    changed,
    behind: args.behind,
    process: { stdout: world.stdout, stderr: { write: (said) => internal.push(said) }, exitCode: null },
  };
  await runStricli(buildApp({ program: world.program, commands, text }), [command, ...own], cli);
  if (problems.length > 0) return wrongUsage(world, args, problems);
  return endOf(world, cli, internal);
}

// Stricli has exit codes of its own, negative ones. After usage errors are dealt with, they all mean a defect.
function endOf(world: World, cli: CliContext, internal: readonly string[]): number {
  const code = cli.process.exitCode ?? ExitCode.done;
  if (internal.length === 0 && code >= 0) return code;
  world.stderr.write(`${world.program}: this is a defect of the program, please report it.\n${internal.join("")}`);
  return code > 0 ? code : ExitCode.failed;
}

/** Not a command: its words are those of another line, with mistakes and all. */
async function completions(world: World): Promise<number> {
  const { showCandidates } = await import("./complete.ts");
  await showCandidates(world, world.args.slice(1));
  return ExitCode.done;
}

async function showVersion(world: World): Promise<number> {
  world.stdout.write(`${await world.version()}\n`);
  return ExitCode.done;
}

function showHelp(world: World, name: string | null): number {
  const spec = findCommand(name);
  world.stdout.write(spec === undefined ? rootHelp(world.program, commands) : commandHelp(world.program, spec));
  return ExitCode.done;
}

function withoutCommand(args: OrderedArgs): readonly string[] {
  return [
    args.rest.length + (args.behind ?? []).length === 0
      ? "No command given."
      : `No command given, only ${[...args.rest, ...(args.behind ?? [])].join(" ")}.`,
  ];
}

function unknownCommand(name: string): string {
  return `There is no command \`${name}\`.${hint(
    name,
    commands.map((command) => command.name),
  )}`;
}

function wrongUsage(world: World, args: OrderedArgs, problems: readonly string[]): number {
  const known = findCommand(args.command)?.name ?? null;
  const help = [world.program, ...(known === null ? [] : [known]), "--help"].join(" ");
  const error = new UserError({ kind: "usage", message: problems.join("\n"), remedy: `Type \`${help}\` for what there is.` });
  const now = world.now();
  const nothing = { app: "", environment: "", unsure: false, interrupted: false };
  const report = reportOfFailure({ ...nothing, command: args.command ?? "", startedAt: now, endedAt: now, error });
  new Output(world, outputFlags(args), false).report(report);
  return exitCodeOf(report.outcome);
}

function outputFlags(args: OrderedArgs): ConstructorParameters<typeof Output>[1] {
  const json = args.has("--json");
  const [events, quiet, verbose, noColor] = [args.has("--events") && !json, false, false, args.has("--no-color")];
  const files: FileFlags = Object.fromEntries(
    KEPT_FILES.flatMap((file) => {
      const path = args.value(`--${file}`);
      return path === undefined ? [] : [[file, path]];
    }),
  );
  const ci = CI_STYLES.find((style) => style === args.value("--ci"));
  return { json, events, quiet, verbose, noColor, ...files, ...(ci && { ci }) };
}
