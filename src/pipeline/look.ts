import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { findConfig } from "../config/find.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import type { Run } from "../host/spawn.ts";

/** The repository that a configuration is in, as far as pipelines are concerned. */
export interface Repository {
  /** Where CI systems look for pipelines: the top of the repository, or the folder of the configuration where there is none. */
  readonly top: string;
  readonly inGit: boolean;
  readonly branch: string;
  /** From the top; null where the program finds it by itself there. */
  readonly config: string | null;
  /** The program is among the packages of the project. */
  readonly installed: boolean;
}

/** Looks, and changes nothing. */
export async function lookAtRepository({ file, source }: ResolvedConfig, run: Run): Promise<Repository> {
  const directory = dirname(file);
  const git = async (...args: string[]): Promise<string | null> => {
    const ran = await run("git", ["-C", directory, ...args], { timeout: 10_000 }).catch(() => null);
    return ran?.code === 0 ? ran.stdout.toString().replace(/\n$/u, "") : null;
  };
  const prefix = await git("rev-parse", "--show-prefix");
  const above = (prefix ?? "").split("/").filter(Boolean);
  const top = join(directory, ...above.map(() => ".."));
  const configured = source.kind === "git" && (await git("check-ref-format", "--branch", source.ref));
  const named =
    typeof configured === "string" && (await git("rev-parse", "--verify", "--quiet", `refs/heads/${configured}`)) !== null;
  const branch = named ? configured : ((await git("symbolic-ref", "--quiet", "--short", "HEAD")) ?? "main");
  const path = relative(top, file);
  const found = await findConfig(top);
  return { top, inGit: prefix !== null, branch, config: found === file ? null : path, installed: await isInstalled(top) };
}

async function isInstalled(top: string): Promise<boolean> {
  const text = await readFile(join(top, "package.json"), "utf8").catch(() => "{}");
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<string, object | undefined>;
    return { ...dependencies, ...devDependencies }.hasOwnProperty("symlink-helper");
  } catch {
    return false;
  }
}
