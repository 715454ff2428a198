import type { SharedEntry } from "../config/resolved.ts";
import { bytesOf, type ByteString } from "../host/bytes.ts";
import type { TreeEntry } from "../tree/entry.ts";

/**
 * The files of the tree that a link to `shared/` takes the place of, where that may not be meant: they are tracked, but no release has them.
 * Not among them is what is there only so that git keeps a directory, and what is tracked to be the seed.
 */
export function hiddenBy(entry: SharedEntry, hidden: readonly TreeEntry[]): readonly ByteString[] {
  if (entry.whenMissing === "seed") return [];
  const path = bytesOf(entry.path);
  return hidden.filter((one) => (one.path === path || one.path.startsWith(`${path}/`)) && isContent(one)).map((one) => one.path);
}

function isContent(entry: TreeEntry): boolean {
  return entry.kind === "link" || (entry.kind === "file" && entry.size > 0 && !PLACEHOLDER.test(entry.path));
}

const PLACEHOLDER = /(^|\/)\.(git|)keep$|(^|\/)\.gitignore$/;
