import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow, root } from "../../scripts/files.mjs";

export const FIXTURES: string = join(root, "test/init/fixtures");

/** Names of all projects there are. */
export const fixtures: readonly string[] = [
  ...new Set(filesBelow("test/init/fixtures").map((file: string) => file.split("/")[0] ?? "")),
];

/** A copy of a project that a person has just begun: in a folder with an odd name, one commit, nothing else. */
export interface Fresh {
  readonly directory: string;
  readonly git: (...args: readonly string[]) => string;
  readonly close: () => void;
}

export function freshProject(fixture: string, { repository = true, folder = "it's my shop" } = {}): Fresh {
  const scratch = mkdtempSync(join(tmpdir(), "slh-init-"));
  const directory = join(scratch, folder);
  mkdirSync(directory, { recursive: true });
  const from = join(FIXTURES, fixture);
  if (existsSync(from)) cpSync(from, directory, { recursive: true });
  const who = ["-c", "user.name=Ann", "-c", "user.email=ann@localhost"];
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...who, ...args], { cwd: directory, encoding: "utf8" }).trimEnd();
  if (repository) {
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message=One");
  }
  return { directory, git, close: () => rmSync(scratch, { recursive: true, force: true }) };
}
