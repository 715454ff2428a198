import type { ByteString } from "../host/bytes.ts";
import type { Tree } from "./entry.ts";
import { isRelativePath } from "./manifest.ts";
import { parentOf, shownPath } from "./names.ts";

/**
 * Makes sure that a tree can be written below a directory and nowhere else: paths are relative without `.`, `..` or empty parts, sorted,
 * each there once, and every entry is in a directory of the tree (never beneath a link or a file).
 *
 * @throws Error for the first violation: a tree that is not so is our own defect.
 */
export function checkTree(tree: Tree): void {
  const directories = new Set<ByteString>(["." as ByteString]);
  let last = "";
  for (const { path, kind } of tree.entries) {
    if (!isRelativePath(path)) throw new Error(`Not a path of a tree: ${shownPath(path)}`);
    if (path <= last) throw new Error(`Not sorted, or there twice: ${shownPath(path)}`);
    if (!directories.has(parentOf(path))) throw new Error(`Not in a directory of the tree: ${shownPath(path)}`);
    if (kind === "directory") directories.add(path);
    last = path;
  }
}
