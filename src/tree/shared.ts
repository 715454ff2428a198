import type { ByteString } from "../host/bytes.ts";
import { makeTree } from "./digest.ts";
import type { Tree, TreeEntry } from "./entry.ts";
import { parentOf } from "./names.ts";

/** A tree without what a link to `shared/` will take the place of. */
export interface Hidden {
  readonly tree: Tree;
  /** What was left out, sorted by path. */
  readonly hidden: readonly TreeEntry[];
}

/**
 * Leaves out the entries at and below the given paths, which the release has as links to `shared/`, and makes the digests anew. The
 * directories above them stay.
 */
export function hideShared(tree: Tree, sharedPaths: readonly ByteString[]): Hidden {
  const paths = new Set(sharedPaths);
  const hiddenDirectories = new Set<ByteString>();
  const hidden: TreeEntry[] = [];
  const left: TreeEntry[] = [];
  for (const entry of tree.entries) {
    const hide = paths.has(entry.path) || hiddenDirectories.has(parentOf(entry.path));
    (hide ? hidden : left).push(entry);
    if (hide && entry.kind === "directory") hiddenDirectories.add(entry.path);
  }
  return hidden.length === 0 ? { tree, hidden } : { tree: makeTree(left, tree.time), hidden };
}

/** A shared entry that cannot be linked, because something above its path is a file or a link. */
export interface SharedConflict {
  readonly path: ByteString;
  /** The file or link in the way. */
  readonly at: ByteString;
}

/** All conflicts, in the order of the given paths; for each the uppermost thing in the way. */
export function sharedConflicts(tree: Tree, paths: readonly ByteString[]): SharedConflict[] {
  const inTheWay = new Set(tree.entries.filter((entry) => entry.kind !== "directory").map((entry) => entry.path));
  return paths.flatMap((path) => {
    const at = directoriesAbove(path).find((directory) => inTheWay.has(directory));
    return at === undefined ? [] : [{ path, at }];
  });
}

/** The directories on the way to a path, uppermost first, without the root. */
export function directoriesAbove(path: ByteString): ByteString[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/") as ByteString);
}
