import type { UserError } from "../errors.ts";
import { mapBounded } from "./bounded.ts";
import { checkTree } from "./check.ts";
import { makeTree } from "./digest.ts";
import type { Tree } from "./entry.ts";
import { readExclusions } from "./exclude.ts";
import { byPath, shownPath, shownPaths } from "./names.ts";
import { sourceProblem } from "./problem.ts";
import { hashFile } from "./read.ts";
import type { HashedFile } from "./read.ts";
import { readers, walk } from "./walk.ts";
import type { Found } from "./walk.ts";

export interface ScanOptions {
  /** gitignore patterns of what is left out (exclude.ts says what else is). */
  readonly exclude: readonly string[];
  /** The tree's time, Unix seconds; default: that of the last modified file in it, or 0 without files. */
  readonly time?: number;
  readonly signal?: AbortSignal;
}

export interface Scanned {
  readonly tree: Tree;
  /** What is different in the tree from what is on disk, for people. */
  readonly warnings: readonly string[];
}

/**
 * Takes the tree of a directory: every file hashed, links as they are, empty directories too. Hard links become copies; setuid, setgid
 * and sticky bits are dropped, and so are the names in the root that we write ourselves, both with a warning.
 *
 * @throws UserError naming all devices, pipes and sockets, or the first thing that cannot be read or changes while it is.
 */
export async function scanTree(directory: string, options: ScanOptions): Promise<Scanned> {
  const excluded = await readExclusions(directory, options.exclude);
  const found = await walk(directory, excluded, options.signal);
  if (found.refused.length > 0) throw refusal(directory, found.refused);
  const files = await mapBounded(found.files, readers, (path) => {
    options.signal?.throwIfAborted();
    return hashFile(directory, path);
  });
  const directories = found.directories.map(({ path }) => ({ kind: "directory", path }) as const);
  const time = options.time ?? newest(files);
  const tree = makeTree([...files.map(({ entry }) => entry), ...found.links, ...directories], time);
  checkTree(tree);
  return { tree, warnings: [...specialBits(found, files), ...pointers(files), ...reserved(found)] };
}

// Times before 1970 are damage rather than facts, and tar has no number for them that all read.
function newest(files: readonly HashedFile[]): number {
  return files.reduce((latest, { time }) => Math.max(latest, time), 0);
}

function refusal(directory: string, refused: Found["refused"]): UserError {
  const named = refused.toSorted(byPath).map(({ path, what }) => `${shownPath(path)} (${what})`);
  return sourceProblem(
    `${directory} contains what no release can hold: ${named.join(", ")}.`,
    "Remove it, or name it under `exclude` in the configuration or in .deployignore.",
  );
}

function specialBits(found: Found, files: readonly HashedFile[]): string[] {
  const special = [
    ...found.directories.filter((below) => below.special),
    ...files.filter((file) => file.special).map(({ entry }) => entry),
  ].toSorted(byPath);
  if (special.length === 0) return [];
  return [`setuid, setgid and sticky bits are not deployed: ${shownPaths(special.map(({ path }) => path))}`];
}

function pointers(files: readonly HashedFile[]): string[] {
  const paths = files.filter(({ pointer }) => pointer).map(({ entry }) => entry.path);
  if (paths.length === 0) return [];
  const what =
    paths.length === 1
      ? "1 file is a Git LFS pointer, not the content it stands for"
      : `${paths.length} files are Git LFS pointers, not the contents they stand for`;
  const remedy = "Where git-lfs is installed and set up (git lfs install), a deploy from git takes the contents";
  return [`${what}: ${shownPaths(paths.toSorted(), 3)}. ${remedy}`];
}

function reserved(found: Found): string[] {
  if (found.reserved.length === 0) return [];
  return [`${shownPaths(found.reserved.toSorted())} of the source is replaced by the one that every deploy writes`];
}
