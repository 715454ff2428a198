import { hash } from "node:crypto";
import { bytesOf, rawBytes, type ByteString } from "../host/bytes.ts";
import { checkTree } from "./check.ts";
import { makeTree, type Undigested } from "./digest.ts";
import type { Tree } from "./entry.ts";
import { parseManifest, type Manifest, type ManifestEntry } from "./manifest.ts";
import { byPath } from "./names.ts";
import { reservedNames } from "./walk.ts";

/** A manifest that a host kept, and the host's word on what its links say: enough to make the tree again. */
export interface KeptManifest {
  readonly manifest: Manifest;
  /** Its symbolic links, in its order. */
  readonly links: readonly ManifestEntry[];
}

/** What a host says of a release is not what a release can be: damaged, or not meant well. */
export class NotATree extends Error {
  override readonly name = "NotATree";
}

/** @throws NotATree if anything of it could not be read */
export function readKept(text: ByteString): KeptManifest {
  const manifest = parseManifest(text);
  if (manifest.digest === null || manifest.damaged > 0) throw new NotATree("The list of its files is damaged");
  return { manifest, links: manifest.entries.filter(({ kind }) => kind === "link") };
}

/** Places in `links` of those whose target is not what the manifest says. A missing one counts. */
export function changedLinks({ links }: KeptManifest, targets: readonly ByteString[]): readonly number[] {
  return links.flatMap(({ sha256 }, index) => {
    const target = targets[index];
    return target !== undefined && hash("sha256", rawBytes(target)) === sha256 ? [] : [index];
  });
}

/**
 * The tree of a manifest. Its digest is computed anew from the entries, so what was made of it is what the manifest's first line says,
 * whoever wrote the rest.
 *
 * @throws NotATree if it is not a tree that may be written below a directory, or another one
 */
export function treeOfKept({ manifest, links }: KeptManifest, targets: readonly ByteString[], time: number): Tree {
  const targetOf = new Map(links.map(({ path }, index) => [path, targets[index] ?? ("" as ByteString)]));
  const entries = manifest.entries.map((entry) => undigested(entry, targetOf)).toSorted(byPath);
  const tree = treeOrNot(entries, time);
  if (tree.digest !== manifest.digest) throw new NotATree("The list of its files does not agree with its own digest");
  const reserved = tree.entries.find(({ path }) => OURS.has(path.split("/")[0] ?? ""));
  if (reserved !== undefined) throw new NotATree(`The list of its files has ${reserved.path}, which no tree may have`);
  return tree;
}

/** What we write into a release ourselves, or use on the way there. */
const OURS: ReadonlySet<string> = new Set([...reservedNames, bytesOf(".slh-seed")]);

function undigested(
  { kind, path, executable, size, sha256 }: ManifestEntry,
  targets: ReadonlyMap<ByteString, ByteString>,
): Undigested {
  if (kind === "file") return { kind, path, executable, size, sha256 };
  if (kind === "link") return { kind, path, target: targets.get(path) ?? ("" as ByteString) };
  return { kind, path };
}

/** Two entries of one path, or something beneath a link or a file: a defect where we made it, here it is somebody else's word. */
function treeOrNot(entries: readonly Undigested[], time: number): Tree {
  try {
    const tree = makeTree(entries, time);
    checkTree(tree);
    return tree;
  } catch (error) {
    throw new NotATree(`The list of its files is none that a release can have: ${(error as Error).message}`);
  }
}
