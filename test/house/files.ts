import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/files.mjs";

/** The files of this repository, committed or about to be, as paths from its top. */
export function repositoryFiles(): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
}

/** @param path from the top of the repository */
export function contentOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
