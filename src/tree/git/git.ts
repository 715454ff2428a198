import type { UserError } from "../../errors.ts";
import { bytesFrom } from "../../host/bytes.ts";
import type { ByteString } from "../../host/bytes.ts";
import type { Ran, Run } from "../../host/spawn.ts";
import { sourceProblem } from "../problem.ts";

/** What a source needs of the world. */
export interface SourcePorts {
  readonly run: Run;
  /** Directory in which temporary ones are made. */
  readonly temporary: string;
  /** Directory for copies of remote repositories: may be deleted at any time, costs only time to fill again. */
  readonly cache: string;
  /** The controller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Runs git with the given arguments, whatever its exit code. @throws UserError if git is not installed; the abort reason. */
export type Git = (...args: readonly string[]) => Promise<Ran>;

/** git for one repository, as if typed in that directory. */
export function gitIn(repository: string, ports: SourcePorts): Git {
  return (...args) => runProgram("git", ["-C", repository, ...exact, ...args], ports);
}

/** git for a repository that may have lost its work tree: git would rather fail than read what is in the repository alone. */
export function gitInKept(repository: string, ports: SourcePorts): Git {
  const git = gitIn(repository, ports);
  return (...args) => git("--git-dir=.", "--work-tree=.", ...args);
}

/** The standard output of a git command that has to succeed, without the last newline. */
export async function gitOutput(git: Git, ...args: readonly string[]): Promise<ByteString> {
  const ran = await git(...args);
  if (ran.code !== 0) throw gitFailure(args, ran);
  return bytesFrom(ran.stdout).replace(/\n$/u, "") as ByteString;
}

/** A git command that ended badly, in git's own words. */
export function gitFailure(args: readonly string[], ran: Ran): UserError {
  const killed = ran.code > 129 ? `was killed by signal ${ran.code - 128}` : `ended with code ${ran.code}`;
  const output = outputLines(ran);
  return sourceProblem(
    `\`git ${command(args)}\` ${killed}${output.length > 0 ? `: ${output.at(-1)}` : "."}`,
    "Put right what git says, then run it again.",
    output,
  );
}

function command(args: readonly string[]): string {
  return args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-c") ?? "";
}

/** What git said, line by line. */
export function outputLines(ran: Ran): string[] {
  return ran.stderr.split("\n").filter((line) => line.trim() !== "");
}

/** Runs a program of the controller in git's environment. @throws UserError if it is not installed. */
export async function runProgram(program: string, args: readonly string[], ports: SourcePorts, cwd?: string): Promise<Ran> {
  ports.signal?.throwIfAborted();
  try {
    return await ports.run(program, args, {
      env: environment(ports.env),
      ...(cwd === undefined ? {} : { cwd }),
      ...(ports.signal === undefined ? {} : { signal: ports.signal }),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw sourceProblem(
      `${program} is not installed on this machine, or not on the PATH.`,
      `Install ${program}, then run it again.`,
    );
  } finally {
    ports.signal?.throwIfAborted();
  }
}

// A commit id has to name the same bytes for everybody: no replacement objects, no line endings of the user's own.
const exact = ["--no-replace-objects", "--no-pager", "-c", "core.autocrlf=false", "-c", "tar.umask=0022"];

// What git sets for a hook or an alias, and would make it look at another repository, index or part of it than the one that is meant
// (`git rev-parse --local-env-vars`). Configuration passed by environment stays: credentials come that way, and to submodules too.
const misleading = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_ATTR_SOURCE",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_DIR",
  "GIT_GLOB_PATHSPECS",
  "GIT_GRAFT_FILE",
  "GIT_ICASE_PATHSPECS",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_LITERAL_PATHSPECS",
  "GIT_NAMESPACE",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
]);

function environment(env: SourcePorts["env"]): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !misleading.has(name));
  // Nobody can answer a prompt, git's own remarks are shown as they are, and looking changes nothing.
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
}
