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
  return hidden.filter((one) => isAtOrBelow(one.path, path) && isContent(one)).map((one) => one.path);
}

interface Hiding {
  readonly shared: readonly { readonly entry: SharedEntry; readonly action: string }[];
  readonly hidden: readonly TreeEntry[];
}

/** The shared paths whose links took the place of anything in the tree: for the ledger, so that it is known what the release lacks. */
export function hidingPaths({ shared, hidden }: Hiding): readonly string[] {
  const paths = shared.filter(({ action }) => action !== "skip").map(({ entry }) => entry.path);
  return paths.filter((path) => hidden.some((one) => isAtOrBelow(one.path, bytesOf(path))));
}

function isAtOrBelow(path: ByteString, above: ByteString): boolean {
  return path === above || path.startsWith(`${above}/`);
}

function isContent(entry: TreeEntry): boolean {
  return entry.kind === "link" || (entry.kind === "file" && entry.size > 0 && !PLACEHOLDER.test(entry.path));
}

const PLACEHOLDER = /(^|\/)\.(git|)keep$|(^|\/)\.gitignore$/;
