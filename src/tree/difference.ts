import type { ByteString } from "../host/bytes.ts";
import type { FileEntry, Tree, TreeEntry } from "./entry.ts";
import { isOddName } from "./manifest.ts";
import { byPath, parentOf } from "./names.ts";
import { directoriesAbove } from "./shared.ts";

/** A sealed release that a host has, as far as its directory digests tell. */
export interface Base {
  readonly release: string;
  /** Digests of its tree's directories by path, the root under `.`. */
  readonly directories: ReadonlyMap<ByteString, string>;
}

/** Where the sealed releases of a host hold contents, by SHA-256. */
export type Held = ReadonlyMap<string, readonly HeldAt[]>;

export interface HeldAt {
  readonly release: string;
  readonly path: ByteString;
}

/** How a host comes by every entry of a tree: each is in exactly one of these, apart from odd names and links within `same`, which are sent. */
export interface Transfer {
  /** Digest of the whole tree. */
  readonly digest: string;
  /** Directories that the host copies from a release with all that the tree has below them. */
  readonly same: readonly SameDirectory[];
  /** Files whose content the host copies from a file of a release. */
  readonly copy: readonly CopiedFile[];
  /** What travels in the stream, sorted by path: with every entry all directories above it that are not the root. */
  readonly send: readonly TreeEntry[];
  /** Bytes of content in `send`. */
  readonly bytes: number;
}

interface SameDirectory {
  readonly release: string;
  readonly directory: ByteString;
}

export interface CopiedFile {
  readonly release: string;
  readonly from: ByteString;
  readonly entry: FileEntry;
}

/**
 * The directories that are, with all below them, as the base has them, none within another; only `.` if all is. A directory with an odd
 * name is never one: nothing in it can be copied from a list.
 */
export function unchangedSubtrees(tree: Tree, base: Base | null): ByteString[] {
  if (base === null) return [];
  if (base.directories.get(root) === tree.digest) return [root];
  const covered = new Set<ByteString>();
  const found: ByteString[] = [];
  for (const entry of tree.entries) {
    if (entry.kind !== "directory") continue;
    const within = covered.has(parentOf(entry.path));
    if (!within && (base.directories.get(entry.path) !== entry.digest || isOddName(entry.path))) continue;
    covered.add(entry.path);
    if (!within) found.push(entry.path);
  }
  return found;
}

/**
 * The distinct contents of which the host should say whether it has them: of files outside of unchanged subtrees. Not asked for is what
 * travels in any case, empty files and odd names.
 */
export function contentsToAskFor(tree: Tree, base: Base | null): string[] {
  const files = changedEntries(tree, unchangedSubtrees(tree, base)).filter((entry) => isCopyable(entry));
  return [...new Set(files.map((file) => file.sha256))];
}

/**
 * What is copied on the host and what is sent. A content that the host does not hold travels as often as the tree has it: a second way
 * through the stream for the few bytes that saves is not worth its complexity, and compression, where there is any, finds it.
 */
export function transfer(tree: Tree, base: Base | null, held: Held): Transfer {
  const unchanged = unchangedSubtrees(tree, base);
  const places = new Places(held, base?.release ?? null);
  const copy: CopiedFile[] = [];
  const send = sentWithin(tree, unchanged);
  for (const entry of changedEntries(tree, unchanged)) {
    const place = isCopyable(entry) ? places.best(entry) : null;
    if (place !== null) copy.push({ release: place.release, from: place.path, entry: entry as FileEntry });
    else send.push(entry);
  }
  return {
    digest: tree.digest,
    same: unchanged.map((directory) => ({ release: base?.release ?? "", directory })),
    copy,
    send: send.toSorted(byPath),
    bytes: send.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.size : 0), 0),
  };
}

const root = "." as ByteString;

function isCopyable(entry: TreeEntry): entry is FileEntry {
  return entry.kind === "file" && entry.size > 0 && !isOddName(entry.path);
}

function changedEntries(tree: Tree, unchanged: readonly ByteString[]): TreeEntry[] {
  const within = isWithin(unchanged);
  return tree.entries.filter((entry) => !within(entry));
}

// What travels although it is in an unchanged subtree, and the directories above it: the stream can be unpacked before anything is
// copied. Odd names, which lists mangle; and links, which are small and cannot be proved by a hash like a file's content can.
function sentWithin(tree: Tree, unchanged: readonly ByteString[]): TreeEntry[] {
  const within = isWithin(unchanged);
  const inside = tree.entries.filter((entry) => within(entry));
  const above = new Set(inside.filter(travels).flatMap((entry) => directoriesAbove(entry.path)));
  return inside.filter((entry) => travels(entry) || above.has(entry.path));
}

function travels(entry: TreeEntry): boolean {
  return entry.kind === "link" || isOddName(entry.path);
}

// To be asked about the entries of a tree in their order, in which a directory comes before what is in it.
function isWithin(unchanged: readonly ByteString[]): (entry: TreeEntry) => boolean {
  const covered = new Set(unchanged);
  return ({ path, kind }) => {
    const within = covered.has(path) || covered.has(parentOf(path));
    if (within && kind === "directory") covered.add(path);
    return within;
  };
}

/** Chooses among the places of a content without looking through all of them for every file that has it. */
class Places {
  readonly #held: Held;
  readonly #preferred: string | null;
  readonly #byContent = new Map<string, ReadonlyMap<ByteString, HeldAt>>();

  constructor(held: Held, preferred: string | null) {
    this.#held = held;
    this.#preferred = preferred;
  }

  /** The same path, else any; of several releases the base. */
  best(file: FileEntry): HeldAt | null {
    const places = this.#of(file.sha256);
    return places.get(file.path) ?? places.values().next().value ?? null;
  }

  #of(sha256: string): ReadonlyMap<ByteString, HeldAt> {
    const known = this.#byContent.get(sha256) ?? this.#index(sha256);
    this.#byContent.set(sha256, known);
    return known;
  }

  #index(sha256: string): ReadonlyMap<ByteString, HeldAt> {
    const usable = (this.#held.get(sha256) ?? []).filter((place) => !isOddName(place.path));
    const preferred = usable.filter((place) => place.release === this.#preferred);
    const index = new Map<ByteString, HeldAt>();
    for (const place of [...preferred, ...usable]) {
      if (!index.has(place.path)) index.set(place.path, place);
    }
    return index;
  }
}
