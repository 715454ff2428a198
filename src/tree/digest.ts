import { hash } from "node:crypto";
import { rawBytes } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";
import type { DirectoryEntry, FileEntry, LinkEntry, Tree, TreeEntry } from "./entry.ts";
import { manifestLine } from "./manifest.ts";
import { byPath, nameOf, parentOf } from "./names.ts";

/** An entry before directories have digests (one that has is welcome, its digest is made anew). */
export type Undigested = FileEntry | LinkEntry | Pick<DirectoryEntry, "kind" | "path">;

/**
 * Makes a tree of entries in any order: sorts them and gives every directory its digest, the root's being the tree's.
 *
 * A directory's digest is the SHA-256, as 64 lower-case hex digits, of the manifest lines (manifest.ts) of its direct children, each
 * line ended by a newline, sorted by name byte for byte, with the child's escaped name in place of its path. The line of a child
 * directory holds that directory's digest, so that a digest stands for everything below it; an empty directory's is that of no bytes.
 * Two digests are equal if and only if names, kinds, exec bits, contents and link targets of all that is below are. Modes and times
 * are no part of it.
 *
 * @throws Error if an entry's directory is not among the entries.
 */
export function makeTree(entries: readonly Undigested[], time: number): Tree {
  const sorted = entries.toSorted(byPath);
  const lines = new Map<ByteString, string[]>();
  const digested: TreeEntry[] = [];
  // Backwards, what is in a directory comes before the directory itself.
  for (const entry of sorted.toReversed()) {
    const whole: TreeEntry = entry.kind === "directory" ? { ...entry, digest: takeDigest(lines, entry.path) } : entry;
    addLine(lines, whole);
    digested.push(whole);
  }
  const digest = takeDigest(lines, root);
  for (const orphaned of lines.keys()) throw new Error(`The tree has entries in ${orphaned}, which is no directory of it`);
  return { entries: digested.toReversed(), digest, time };
}

const root = "." as ByteString;

function addLine(lines: Map<ByteString, string[]>, entry: TreeEntry): void {
  const parent = parentOf(entry.path);
  const text = `${manifestLine(entry, nameOf(entry.path))}\n`;
  const siblings = lines.get(parent);
  if (siblings === undefined) lines.set(parent, [text]);
  else siblings.push(text);
}

function takeDigest(lines: Map<ByteString, string[]>, directory: ByteString): string {
  const children = lines.get(directory) ?? [];
  lines.delete(directory);
  return hash("sha256", rawBytes(children.toReversed().join("") as ByteString));
}
