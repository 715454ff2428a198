import { textOf } from "../../host/bytes.ts";
import type { CommitList, Commits } from "../../report/report.ts";
import { gitOutput } from "./git.ts";
import type { Git } from "./git.ts";

/** How many subjects are told. */
const SUBJECTS = 20;

/**
 * What lies between two commits: what the second has more, and what it has not any more, as after going back or to another branch.
 * Null where this repository does not know the first. Never a reason to fail: a failure is null too.
 */
export async function commitsBetween(git: Git, from: string, to: string): Promise<Commits | null> {
  if (!/^[\da-f]{40,64}$/u.test(from)) return null;
  try {
    await gitOutput(git, "cat-file", "-e", `${from}^{commit}`);
    return { from, to, added: await listOf(git, from, to), removed: await listOf(git, to, from) };
  } catch {
    return null;
  }
}

async function listOf(git: Git, without: string, of: string): Promise<CommitList> {
  const range = `${without}..${of}`;
  const count = Number(await gitOutput(git, "rev-list", "--count", range, "--"));
  if (count === 0) return { count, newest: [] };
  const format = ["--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%H %s", `--max-count=${SUBJECTS}`];
  const lines = await gitOutput(git, "log", "-z", ...format, range, "--");
  const newest = lines
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .map(([commit = "", ...words]) => ({ commit, subject: textOf(words.join(" ") as Parameters<typeof textOf>[0]) }));
  return { count, newest };
}
