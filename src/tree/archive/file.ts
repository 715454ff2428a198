import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { UserError } from "../../errors.ts";
import { sourceProblem } from "../problem.ts";

/** Why there is no archive to be read at a path, or null. `from` is where a relative path begins. */
export function archiveProblem(path: string, from = "/"): UserError | null {
  const what = lack(resolve(from, path));
  if (what === null) return null;
  const remedy =
    what === "is a directory"
      ? `To deploy what is in it: --directory ${path}`
      : "Correct --archive, or `source.archive` in the configuration.";
  return sourceProblem(`The archive ${path} ${what}.`, remedy);
}

function lack(path: string): string | null {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return "is a directory";
    return found.isFile() ? null : "is not a file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : "may not be looked at";
  }
}
