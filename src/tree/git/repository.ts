import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { UserError } from "../../errors.ts";
import { textOf } from "../../host/bytes.ts";
import type { Ran } from "../../host/spawn.ts";
import { typed } from "../names.ts";
import { sourceProblem } from "../problem.ts";
import { gitFailure, gitIn, gitOutput, outputLines } from "./git.ts";
import type { Git, SourcePorts } from "./git.ts";

/** A repository on this machine that commits are taken from. */
export interface Repository {
  readonly git: Git;
  /** Its top directory: a work tree, a bare repository, or a `.git`. */
  readonly path: string;
  /** Whether it has files checked out, and with them submodules. */
  readonly isWorkTree: boolean;
}

/**
 * The repository at a path.
 *
 * @throws UserError if nothing is there, if it is no repository, or only a folder within one: of that, git would take a part.
 */
export async function openRepository(path: string, ports: SourcePorts): Promise<Repository> {
  await requireDirectory(path);
  const git = gitIn(path, ports);
  const args = ["rev-parse", "--is-inside-work-tree", "--show-prefix"];
  const ran = await git(...args);
  if (ran.code !== 0) throw notARepository(path, args, ran);
  const [isWorkTree, prefix] = ran.stdout.toString().split("\n");
  if (prefix !== "") throw await folderWithin(path, git);
  return { git, path, isWorkTree: isWorkTree === "true" };
}

async function requireDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return;
  const what = found === null ? "does not exist or may not be looked at" : "is not a directory";
  throw sourceProblem(`The repository ${path} ${what}.`, "Correct `source.git` in the configuration.");
}

function notARepository(path: string, args: readonly string[], ran: Ran): UserError {
  const output = outputLines(ran);
  if (output.some((line) => line.includes("safe.directory"))) {
    const remedy = `If you trust it: git config --global --add safe.directory ${typed(path)}`;
    return sourceProblem(`${path} belongs to another user, so git refuses to read it.`, remedy, output);
  }
  if (ran.code !== 128) return gitFailure(args, ran);
  const remedy = `Correct \`source.git\` in the configuration, or make it one: git init ${typed(path)}`;
  return sourceProblem(`${path} is not a git repository.`, remedy, output);
}

async function folderWithin(path: string, git: Git): Promise<UserError> {
  const top = textOf(await gitOutput(git, "rev-parse", "--show-toplevel"));
  return sourceProblem(
    `${path} is a folder of the repository ${top}, not a repository itself.`,
    `Write \`git: ${top}\` to deploy that repository, or \`directory: ${path}\` for the folder as it is on disk.`,
  );
}

/** Where the repository keeps those of its submodules. */
export async function modulesOf({ git, path }: Repository): Promise<string> {
  return resolve(path, textOf(await gitOutput(git, "rev-parse", "--git-path", "modules")));
}
