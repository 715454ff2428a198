import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { run } from "../../../src/host/spawn.ts";
import type { SourcePorts } from "../../../src/tree/source.ts";
import { scratch } from "../support.ts";

/** The only settings of git that tests depend on, whatever the machine has. */
export const gitEnv: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_AUTHOR_DATE: "1600000000 +0000",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.org",
  GIT_COMMITTER_DATE: "1600000001 +0000",
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "init.defaultBranch",
  GIT_CONFIG_VALUE_0: "main",
  GIT_CONFIG_KEY_1: "protocol.file.allow",
  GIT_CONFIG_VALUE_1: "always",
  GIT_CONFIG_KEY_2: "commit.gpgsign",
  GIT_CONFIG_VALUE_2: "false",
};

/** Runs git and gives its output without the last newline. */
export function git(directory: string, ...args: readonly string[]): string {
  const output = execFileSync("git", ["-C", directory, ...args], { env: gitEnv, stdio: ["ignore", "pipe", "pipe"] });
  return output.toString().replace(/\n$/u, "");
}

/** A repository with one commit of the given files on main; gives the commit. */
export function makeRepository(path: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(path, { recursive: true });
  git(path, "init", "--quiet");
  return commit(path, files);
}

/** Writes files (those that start with #! as executable) and commits everything. */
export function commit(path: string, files: Readonly<Record<string, string>>): string {
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(`${path}/${name}`), { recursive: true });
    writeFileSync(`${path}/${name}`, contents);
    if (contents.startsWith("#!")) chmodSync(`${path}/${name}`, 0o755);
  }
  git(path, "add", "--all");
  git(path, "commit", "--quiet", "--allow-empty", "--message", "x");
  return git(path, "rev-parse", "HEAD");
}

/** Ports over the real world, with directories of their own. */
export function ports(overrides: Partial<SourcePorts> = {}): SourcePorts {
  const place = scratch();
  return { run, temporary: `${place}/tmp`, cache: `${place}/cache`, env: gitEnv, ...overrides };
}
