import { readFile, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Run } from "../host/spawn.ts";
import { type GitFacts, PROBES, type Project, READ, djangoSettings } from "./project.ts";

/** Looks at the folder of a project: names, a few texts, and what git says of it. Changes nothing. */
export async function lookAt(directory: string, run: Run): Promise<Project> {
  const names = await readdir(directory);
  const probed = await Promise.all(PROBES.map(async (path) => ((await exists(join(directory, path))) ? [path] : [])));
  const texts = await textsOf(directory, READ);
  const settings = djangoSettings(texts.get("manage.py") ?? "");
  if (settings !== null) for (const [path, text] of await textsOf(directory, [settings])) texts.set(path, text);
  return {
    paths: new Set([...names, ...probed.flat()]),
    texts,
    folder: basename(directory),
    git: await gitFacts(directory, names, run),
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function textsOf(directory: string, paths: readonly string[]): Promise<Map<string, string>> {
  const read = paths.map(async (path) => [path, await readText(join(directory, path))] as const);
  return new Map((await Promise.all(read)).filter((pair): pair is [string, string] => pair[1] !== null));
}

/** Null for what is no file or far too long for one that a person writes. */
async function readText(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path).then((found) => (found.isFile() ? found : { size: Infinity }));
    return size > LONGEST ? null : await readFile(path, "utf8");
  } catch {
    return null;
  }
}

const LONGEST = 1024 * 1024;

async function gitFacts(directory: string, names: readonly string[], run: Run): Promise<GitFacts | null> {
  const git = async (...args: string[]): Promise<string | null> => {
    const ran = await run("git", ["-C", directory, ...args], { timeout: 10_000 }).catch(() => null);
    return ran?.code === 0 ? ran.stdout.toString() : null;
  };
  const prefix = await git("rev-parse", "--show-prefix");
  if (prefix === null) return null;
  // A folder that git leaves alone, in somebody's repository (a home directory, say), is no part of it.
  if (prefix.trim() !== "" && (await git("check-ignore", "--quiet", ".")) !== null) return null;
  const branch = (await git("symbolic-ref", "--quiet", "--short", "HEAD"))?.trimEnd() ?? null;
  const hasCommits = (await git("rev-parse", "--verify", "--quiet", "HEAD")) !== null;
  const ignored = (await git("check-ignore", "-z", "--", ...names))?.split("\0") ?? [];
  return { branch, hasCommits, prefix: prefix.replace(/\n$/u, "").replace(/\/$/u, ""), ignored: new Set(ignored) };
}
