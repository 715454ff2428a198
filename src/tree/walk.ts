import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { bytesFrom, bytesOf } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";
import { mapBounded } from "./bounded.ts";
import type { LinkEntry } from "./entry.ts";
import type { Excluded } from "./exclude.ts";
import { explained, rawPath } from "./read.ts";

/** Everything in a directory that is not excluded, in no particular order, before any file is opened. */
export interface Found {
  readonly files: readonly ByteString[];
  readonly links: readonly LinkEntry[];
  readonly directories: readonly FoundDirectory[];
  /** What a tree cannot hold, with the word for it. */
  readonly refused: readonly { readonly path: ByteString; readonly what: string }[];
  /** Names in the root that are ours to write. */
  readonly reserved: readonly ByteString[];
}

interface FoundDirectory {
  readonly path: ByteString;
  /** Whether it has a setuid, setgid or sticky bit. */
  readonly special: boolean;
}

/** Names in the root of a release that are written by us. */
export const reservedNames: readonly ByteString[] = [bytesOf(".release.json"), bytesOf("REVISION")];

/** How many things are read at a time: enough to hide the way to the disk, few enough for any limit on open files. */
export const readers = 8;

/** Walks a directory by the bytes of its names. Links are never followed, except the given directory itself. */
export async function walk(directory: string, excluded: Excluded, signal?: AbortSignal): Promise<Found> {
  const found: MutableFound = { files: [], links: [], directories: [], refused: [], reserved: [] };
  let level: readonly ByteString[] = ["" as ByteString];
  while (level.length > 0) {
    const listed = await mapBounded(level, readers, (path) => {
      signal?.throwIfAborted();
      return list(directory, path, excluded);
    });
    for (const part of listed) add(found, part);
    level = listed.flatMap((part) => part.directories.map(({ path }) => path));
  }
  return found;
}

type MutableFound = { [Kind in keyof Found]: Found[Kind][number][] };

function add(found: MutableFound, part: Found): void {
  for (const path of part.files) found.files.push(path);
  for (const link of part.links) found.links.push(link);
  for (const below of part.directories) found.directories.push(below);
  for (const thing of part.refused) found.refused.push(thing);
  for (const path of part.reserved) found.reserved.push(path);
}

async function list(directory: string, parent: ByteString, excluded: Excluded): Promise<Found> {
  const part: MutableFound = { files: [], links: [], directories: [], refused: [], reserved: [] };
  for (const child of await readDirectory(directory, parent)) {
    const name = bytesFrom(child.name);
    const path = (parent === "" ? name : `${parent}/${name}`) as ByteString;
    if (excluded(path, child.isDirectory())) continue;
    if (reservedNames.includes(path)) part.reserved.push(path);
    else if (child.isFile()) part.files.push(path);
    else if (child.isSymbolicLink()) part.links.push(await readLink(directory, path));
    else if (child.isDirectory()) part.directories.push({ path, special: await hasSpecialBits(directory, path) });
    else part.refused.push({ path, what: kindOf(child) });
  }
  return part;
}

async function readDirectory(directory: string, path: ByteString): Promise<Dirent<Buffer>[]> {
  try {
    return await readdir(rawPath(directory, path), { encoding: "buffer", withFileTypes: true });
  } catch (error) {
    throw explained(error, directory, path);
  }
}

async function readLink(directory: string, path: ByteString): Promise<LinkEntry> {
  try {
    return { kind: "link", path, target: bytesFrom(await readlink(rawPath(directory, path), { encoding: "buffer" })) };
  } catch (error) {
    throw explained(error, directory, path);
  }
}

async function hasSpecialBits(directory: string, path: ByteString): Promise<boolean> {
  try {
    const stats: Stats = await lstat(rawPath(directory, path));
    return (stats.mode & 0o7000) !== 0;
  } catch (error) {
    throw explained(error, directory, path);
  }
}

function kindOf(child: Dirent<Buffer>): string {
  if (child.isFIFO()) return "pipe";
  if (child.isSocket()) return "socket";
  return child.isBlockDevice() || child.isCharacterDevice() ? "device" : "thing of unknown kind";
}
