import { closest } from "../../config/suggest.ts";
import { textOf } from "../../host/bytes.ts";
import { typed } from "../names.ts";
import { sourceProblem } from "../problem.ts";
import { gitOutput, outputLines } from "./git.ts";
import type { Git } from "./git.ts";

export interface Resolved {
  /** The full id. */
  readonly commit: string;
  /** What git had to say about it: that the name means two things, for one. */
  readonly remarks: readonly string[];
}

/** Whether a text is a whole commit id, of SHA-1 or SHA-256. */
export function isCommitId(text: string): boolean {
  return /^[\da-f]{40}(?:[\da-f]{24})?$/u.test(text);
}

/** @throws UserError for what git would take for an option, or could not be given at all. */
export function requireRef(ref: string): void {
  if (ref !== "" && !ref.startsWith("-") && !ref.includes("\0")) return;
  throw sourceProblem(`${JSON.stringify(ref)} cannot be the name of a git ref.`, "Give a branch, a tag or a commit: --ref main");
}

/** The one commit that a ref means now; null if it means none. */
export async function resolveRef(git: Git, ref: string): Promise<Resolved | null> {
  const ran = await git("rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`);
  const commit = /^[\da-f]{40,64}$/mu.exec(ran.stdout.toString("latin1"))?.[0];
  return ran.code === 0 && commit !== undefined ? { commit, remarks: outputLines(ran) } : null;
}

/** Says that a ref is unknown, and what may have been meant. `fetch` is a command that brings what others have. */
export async function unknownRef(git: Git, ref: string, repository: string, fetch: string): Promise<Error> {
  const other = await otherKind(git, ref);
  if (other !== null) {
    return sourceProblem(
      `${JSON.stringify(ref)} of ${repository} is ${other}, not a commit.`,
      "Name a branch, a commit, or a tag of a commit: --ref main",
    );
  }
  const listed = await gitOutput(git, "for-each-ref", "--format=%(refname:strip=2)", "refs/heads", "refs/tags", "refs/remotes");
  const names = listed === "" ? [] : textOf(listed).split("\n");
  if (names.length === 0) {
    return sourceProblem(`The repository ${repository} has no commits yet.`, "Commit something: git add --all && git commit");
  }
  const meant = names.find((name) => name.endsWith(`/${ref}`) || ref.endsWith(`/${name}`)) ?? closest(ref, names);
  const hint = meant === null ? "" : ` Did you mean ${typed(meant)}?`;
  return sourceProblem(
    `${JSON.stringify(ref)} is no branch, tag or commit of ${repository}.${hint}`,
    meant === null
      ? `If others have it, bring it here: ${fetch}`
      : `Deploy it with --ref ${typed(meant)}, or bring what others have: ${fetch}`,
  );
}

/** What a name leads to that is there, but leads to no commit. */
async function otherKind(git: Git, ref: string): Promise<string | null> {
  const named = await objectOf(git, ref);
  // What an annotated tag leads to. Not of the name itself: behind `HEAD:path` that would be part of the path.
  const object = named === null ? null : await objectOf(git, `${named}^{}`);
  if (object === null) return null;
  const { stdout } = await git("cat-file", "-t", object);
  return OTHER_KINDS[stdout.toString("latin1").trim()] ?? null;
}

async function objectOf(git: Git, name: string): Promise<string | null> {
  const { stdout } = await git("rev-parse", "--verify", "--quiet", "--end-of-options", name);
  return /^[\da-f]{40,64}$/mu.exec(stdout.toString("latin1"))?.[0] ?? null;
}

const OTHER_KINDS: Readonly<Record<string, string>> = {
  blob: "the content of a file (for git a blob)",
  tree: "a folder of files (for git a tree)",
};

/** Commit time, Unix seconds. */
export async function commitTime(git: Git, commit: string): Promise<number> {
  const line = await gitOutput(git, "rev-list", "--max-count=1", "--timestamp", commit);
  return Math.max(0, Number.parseInt(line, 10));
}

/** For people: `main (3f2c1ab)`, or the short id alone where the ref is the commit. */
export function refLabel(ref: string, commit: string): string {
  const short = commit.slice(0, 7);
  return commit.startsWith(ref) ? short : `${ref} (${short})`;
}
