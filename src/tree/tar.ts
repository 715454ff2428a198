import type { ByteString } from "../host/bytes.ts";
import { readAhead } from "./bounded.ts";
import type { FileEntry, TreeEntry } from "./entry.ts";
import { entryMode } from "./modes.ts";
import type { Modes } from "./modes.ts";
import { byPath, shownPath } from "./names.ts";
import { blockSize, commitHeader, memberHeader, padding } from "./tar-header.ts";

export interface TarOptions {
  readonly modes: Modes;
  /** Modification time of every member, Unix seconds. */
  readonly time: number;
  /** The content of a file, which must be as long as its entry says. */
  readonly read: (entry: FileEntry) => AsyncIterable<Uint8Array>;
  /** Id of the commit that all of it is from: said where git says it, too. */
  readonly commit?: string;
  /** Members that are no entries of the tree. */
  readonly extra?: readonly ExtraMember[];
}

export interface ExtraMember {
  readonly path: ByteString;
  readonly contents: Buffer;
  readonly mode: number;
}

/**
 * A tar stream of entries, the same bytes for the same input. Members: `./` with the mode of directories, then directories and files
 * sorted by path, then the extra ones, then all links: nothing can be written through a link that the stream itself made. Names are
 * raw bytes led by `./`, so none looks like an option. Memory is bounded whatever the sizes. (GNU tar gives directories their time when
 * it is done; BusyBox does so when it makes them, and writing into them changes it.)
 *
 * @throws whatever `read` throws, and an Error if a file is not as long as its entry says; the stream then ends in the middle.
 */
export async function* writeTar(entries: readonly TreeEntry[], options: TarOptions): AsyncGenerator<Buffer> {
  yield* joined(members(entries.toSorted(byPath), options));
}

async function* members(entries: readonly TreeEntry[], options: TarOptions): AsyncGenerator<Uint8Array> {
  const others = entries.filter((entry) => entry.kind !== "link");
  const links = entries.filter((entry) => entry.kind === "link");
  if (options.commit !== undefined) yield commitHeader(options.commit);
  yield memberHeader({
    name: "./" as ByteString,
    type: "directory",
    mode: options.modes.dir,
    size: 0,
    time: options.time,
    target: none,
  });
  // Opening a small file takes longer than reading it: some are read while those before them are sent.
  const ready = readAhead(others, smallAhead, async (entry) => ({ entry, content: await readSmall(entry, options) }));
  for await (const { entry, content } of ready) {
    yield entryHeader(entry, options);
    if (entry.kind === "file") yield* content ?? exactly(entry, options.read(entry));
  }
  for (const extra of options.extra ?? []) yield* extraMember(extra, options.time);
  for (const link of links) yield entryHeader(link, options);
  yield Buffer.alloc(2 * blockSize);
}

const none = "" as ByteString;
const smallAhead = 16;
const small = 64 * 1024;

async function readSmall(entry: TreeEntry, options: TarOptions): Promise<Uint8Array[] | null> {
  if (entry.kind !== "file" || entry.size > small) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of exactly(entry, options.read(entry))) chunks.push(chunk);
  return chunks;
}

function entryHeader(entry: TreeEntry, { modes, time }: TarOptions): Buffer {
  return memberHeader({
    name: `./${entry.path}${entry.kind === "directory" ? "/" : ""}` as ByteString,
    type: entry.kind,
    mode: entryMode(entry, modes),
    size: entry.kind === "file" ? entry.size : 0,
    time,
    target: entry.kind === "link" ? entry.target : none,
  });
}

// The content and what fills its last block.
async function* exactly(entry: FileEntry, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > entry.size) break;
    yield chunk;
  }
  if (bytes !== entry.size) throw new Error(`${shownPath(entry.path)} is no longer ${entry.size} bytes long`);
  yield padding(entry.size);
}

function* extraMember(extra: ExtraMember, time: number): Generator<Uint8Array> {
  const name = `./${extra.path}` as ByteString;
  yield memberHeader({ name, type: "file", mode: extra.mode, size: extra.contents.length, time, target: none });
  yield extra.contents;
  yield padding(extra.contents.length);
}

const joinedSize = 256 * 1024;

// Many small pieces cost more on their way to a pipe than joining them does.
async function* joined(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes >= joinedSize) {
      yield Buffer.concat(held);
      [held, bytes] = [[], 0];
    }
  }
  if (bytes > 0) yield Buffer.concat(held);
}
