import { chmodSync, closeSync, constants, copyFileSync, mkdirSync, openSync, symlinkSync, writeSync } from "node:fs";
import { bytesOf } from "../../host/bytes.ts";
import type { ByteString } from "../../host/bytes.ts";
import { isCommitId } from "../git/ref.ts";
import { parentOf, shownPath, shownPaths } from "../names.ts";
import { rawPath } from "../read.ts";
import type { Bounds } from "./bounds.ts";
import type { ArchiveEntry } from "./entry.ts";
import { placeOf } from "./place.ts";
import { refusal } from "./problem.ts";
import { tooLarge } from "./tar.ts";

export interface Unpacked {
  /** Of the newest entry, Unix seconds. */
  readonly time: number;
  readonly warnings: readonly string[];
  /** The commit that the archive says it was made from; null where it says none. */
  readonly commit: string | null;
}

/**
 * Writes entries into an empty directory, and nowhere else. No link is made before everything else is written, so that nothing can be
 * written through one; and whatever has an entry beneath it is a directory, or the archive is refused. A hard link becomes a copy.
 *
 * @param strip how many leading folders each name loses
 * @throws UserError for an archive that cannot be what was meant; whatever the library throws for one that is broken
 */
export async function unpack(
  entries: AsyncIterable<ArchiveEntry>,
  directory: string,
  strip: number,
  bounds: Bounds,
  signal?: AbortSignal,
): Promise<Unpacked> {
  const unpacking = new Unpacking(directory, bounds);
  let count = 0;
  for await (const entry of entries) {
    signal?.throwIfAborted();
    count += 1;
    if (count > bounds.entries) throw refusal(`it has more than ${bounds.entries} entries`);
    const path = placeOf(entry.name, strip, entry.kind === "directory");
    if (path !== null) await unpacking.take(entry, path, strip);
  }
  return unpacking.end();
}

type Kept = "file" | "directory" | "link";

class Unpacking {
  readonly #directory: string;
  readonly #bounds: Bounds;
  readonly #kinds = new Map<ByteString, Kept>();
  readonly #links: { readonly path: ByteString; readonly target: string }[] = [];
  readonly #sizes = new Map<ByteString, number>();
  readonly #special: ByteString[] = [];
  #bytes = 0;
  #time = 0;
  #comment = "";

  constructor(directory: string, bounds: Bounds) {
    this.#directory = directory;
    this.#bounds = bounds;
  }

  async take(entry: ArchiveEntry, path: ByteString, strip: number): Promise<void> {
    const { kind, mode, target = "", comment = "" } = entry;
    if (this.#kinds.size === 0) this.#comment = comment;
    if ((mode & 0o7000) !== 0) this.#special.push(path);
    if (entry.time > this.#time && entry.time <= LATEST) this.#time = entry.time;
    if (kind === "directory") return this.#makeDirectory(path);
    this.#claim(path, kind === "link" ? "link" : "file");
    if (kind === "file") await this.#writeFile(path, entry);
    else if (kind === "link") this.#links.push({ path, target: targetOf(path, target) });
    else if (kind === "hard link") this.#copyFile(path, placeOf(target, strip, false) ?? bytesOf(""));
    else throw refusal(`${shownPath(path)} in it is a ${kind}, which no release can hold`);
  }

  end(): Unpacked {
    if (this.#kinds.size === 0)
      throw refusal("there is nothing in it", "Pack it anew, and look into it: tar -tf FILE, or unzip -l FILE.");
    for (const { path, target } of this.#links) symlinkSync(target, rawPath(this.#directory, path));
    const special = shownPaths(this.#special.toSorted());
    const warnings = special === "" ? [] : [`setuid, setgid and sticky bits are not deployed: ${special}`];
    return { time: this.#time, warnings, commit: isCommitId(this.#comment) ? this.#comment : null };
  }

  #makeDirectory(path: ByteString): void {
    const there = this.#kinds.get(path);
    if (there === "directory") return;
    this.#claim(path, "directory");
    mkdirSync(rawPath(this.#directory, path));
  }

  /** Makes sure that the name is free, and that what it is in is a directory. */
  #claim(path: ByteString, kind: Kept): void {
    if (this.#kinds.has(path)) throw refusal(`${shownPath(path)} is in it twice`);
    const parent = parentOf(path);
    const above = parent === "." ? "directory" : this.#kinds.get(parent);
    if (above === undefined) this.#makeDirectory(parent);
    else if (above !== "directory") throw beneath(path, parent, above);
    this.#kinds.set(path, kind);
  }

  async #writeFile(path: ByteString, { content, mode }: ArchiveEntry): Promise<void> {
    const place = rawPath(this.#directory, path);
    const before = this.#bytes;
    // Never over something that is there, and never through a link.
    const descriptor = openSync(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      for await (const chunk of content) {
        this.#count(chunk.length);
        for (let left = chunk; left.length > 0;) left = left.subarray(writeSync(descriptor, left));
      }
    } finally {
      closeSync(descriptor);
    }
    this.#sizes.set(path, this.#bytes - before);
    chmodSync(place, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }

  #copyFile(path: ByteString, of: ByteString): void {
    if (this.#kinds.get(of) !== "file" || of === path)
      throw refusal(`${shownPath(path)} in it is a hard link to ${shownPath(of)}, which is no file before it in the archive`);
    this.#count(this.#sizes.get(of) ?? 0);
    this.#sizes.set(path, this.#sizes.get(of) ?? 0);
    copyFileSync(rawPath(this.#directory, of), rawPath(this.#directory, path), constants.COPYFILE_EXCL);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bounds.bytes) throw tooLarge(this.#bounds.bytes);
  }
}

// The last second for which a header of tar has digits.
const LATEST = 0o77777777777;

function targetOf(path: ByteString, target: string): string {
  if (target !== "" && !/[\0\u{FFFD}]/u.test(target)) return target;
  throw refusal(`the link ${shownPath(path)} in it says nothing that a link can say`);
}

function beneath(path: ByteString, parent: ByteString, kind: Kept): Error {
  return refusal(`${shownPath(path)} in it is beneath ${shownPath(parent)}, which is a ${kind} and no folder`);
}
