import { realpath, stat } from "node:fs/promises";
import { sourceProblem } from "./problem.ts";

/**
 * The folder of an export that is to become the tree.
 *
 * @param subdirectory normalised and relative; without one, it is the export itself
 * @throws UserError if it is not there, or reached through a link: what it leads to is no part of what was pinned
 */
export async function folderOf(directory: string, subdirectory: string | undefined): Promise<string> {
  if (subdirectory === undefined) return directory;
  const path = `${directory}/${subdirectory}`;
  const found = await stat(path).catch(() => null);
  const straight = found !== null && (await realpath(path)) === `${await realpath(directory)}/${subdirectory}`;
  if (found?.isDirectory() === true && straight) return path;
  const what = found === null ? "is not there" : straight ? "is not a folder" : "is reached through a link";
  throw sourceProblem(
    `The subdirectory ${subdirectory} of the source ${what}.`,
    "Correct `source.subdirectory` in the configuration.",
  );
}
