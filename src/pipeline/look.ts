import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { findConfig } from "../config/find.ts";
import type { ResolvedConfig, SourceConfig } from "../config/resolved.ts";
import type { Run } from "../host/spawn.ts";
import { packageManager } from "../init/package-json.ts";
import type { Packages } from "./facts.ts";

/** The repository that a configuration is in, as far as pipelines are concerned. */
export interface Repository {
  /** Where CI systems look for pipelines: the top of the repository, or the folder of the configuration where there is none. */
  readonly top: string;
  readonly inGit: boolean;
  /** Whose commits are deployed. */
  readonly branch: string;
  /** The branch is the one that is checked out, as nothing else says which it is to be. */
  readonly branchIsGuess: boolean;
  /** From the top; null where the program finds it by itself there. */
  readonly config: string | null;
  /** The program is among the packages of the project. */
  readonly installed: boolean;
  /**
   * How a job gets the packages of the project, where the program needs them to begin: it is one of them, or the configuration is a program
   * that may import some.
   */
  readonly packages: Packages | null;
}

/** Answers of git; null where it ends with an error or is not there. */
type Git = (...args: string[]) => Promise<string | null>;

/** Looks, and changes nothing. */
export async function lookAtRepository({ file, source }: ResolvedConfig, run: Run): Promise<Repository> {
  const directory = dirname(file);
  const git: Git = async (...args) => {
    const ran = await run("git", ["-C", directory, ...args], { timeout: 10_000 }).catch(() => null);
    return ran?.code === 0 ? ran.stdout.toString().replace(/\n$/u, "") : null;
  };
  const prefix = await git("rev-parse", "--show-prefix");
  const above = (prefix ?? "").split("/").filter(Boolean);
  const top = join(directory, ...above.map(() => ".."));
  const branch = (await configuredBranch(source, git)) ?? (await defaultBranch(git));
  const path = relative(top, file);
  const found = await findConfig(top);
  const installed = await isInstalled(top);
  return {
    top,
    inGit: prefix !== null,
    branch: branch ?? (await git("symbolic-ref", "--quiet", "--short", "HEAD")) ?? "main",
    branchIsGuess: branch === null,
    config: found === file ? null : path,
    installed,
    packages: installed || isProgram(file) ? await packagesOf(top) : null,
  };
}

/** The `ref` where it is a branch: here, at a remote, or nowhere yet. Null for HEAD, a tag and a commit. */
async function configuredBranch(source: SourceConfig, git: Git): Promise<string | null> {
  if (source.kind !== "git" || source.ref === "HEAD") return null;
  const full = await git("rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", source.ref);
  const [, branch] = /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/u.exec(full ?? "") ?? [];
  if (branch !== undefined) return branch;
  // Known, but no branch; `rev-parse` prints nothing for a commit, and the name of a tag.
  if (full !== null) return null;
  return (await git("check-ref-format", `refs/heads/${source.ref}`)) === null ? null : source.ref;
}

/** The one that the remote has for its own, as `git clone` notes it. */
async function defaultBranch(git: Git): Promise<string | null> {
  const full = await git("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD");
  return full?.replace("refs/remotes/origin/", "") ?? null;
}

function isProgram(file: string): boolean {
  return /\.[cm]?[jt]s$/u.test(file);
}

/** By the package manager whose lock file is there; pnpm and yarn through corepack, as machines of CI systems seldom have them. */
async function packagesOf(top: string): Promise<Packages | null> {
  const paths = new Set(await readdir(top).catch(() => []));
  if (!paths.has("package.json")) return null;
  const { program, install, withoutScripts } = packageManager({ paths });
  const before = program === "pnpm" || program === "yarn" ? `npx --yes corepack@${COREPACK} ` : "";
  return { install: before + install, beside: before + withoutScripts };
}

const COREPACK = "0.36.0";

async function isInstalled(top: string): Promise<boolean> {
  const text = await readFile(join(top, "package.json"), "utf8").catch(() => "{}");
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<string, object | undefined>;
    return { ...dependencies, ...devDependencies }.hasOwnProperty("symlink-helper");
  } catch {
    return false;
  }
}
