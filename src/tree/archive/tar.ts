import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { createTarDecoder } from "modern-tar";
import type { ParsedTarEntry } from "modern-tar";
import type { ArchiveEntry, EntryKind } from "./entry.ts";
import type { ArchiveKind } from "./kind.ts";
import { refusal } from "./problem.ts";

/**
 * The entries of a tar file, packed or not. `most` is how many bytes it may unpack to, its own headers included: a bomb may be all
 * headers.
 */
export async function* tarEntries(file: string, kind: ArchiveKind, most: number): AsyncGenerator<ArchiveEntry> {
  const plain = Readable.from(bounded(unpacked(file, kind), most));
  const decoder = createTarDecoder({ strict: true });
  const fed = Readable.toWeb(plain).pipeTo(decoder.writable as WritableStream<unknown>);
  // What goes wrong there is thrown where entries are read.
  fed.catch(() => undefined);
  for await (const entry of decoder.readable as unknown as AsyncIterable<ParsedTarEntry>) {
    yield entryOf(entry);
    // The decoder waits until what nobody read is out of the way.
    if (!entry.body.locked) await entry.body.cancel();
  }
  await fed;
}

function entryOf({ header, body }: ParsedTarEntry): ArchiveEntry {
  const { name, mode = 0, mtime, linkname } = header;
  // Sparse files hold their data in another way than their size says; taken for plain ones they would be silently wrong.
  if (Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse."))) throw sparse(name);
  return {
    name,
    kind: KINDS[header.type ?? "file"] ?? "thing of unknown kind",
    mode,
    time: Math.floor((mtime?.getTime() ?? 0) / 1000),
    ...(linkname === undefined ? {} : { target: linkname }),
    ...(header.pax?.["comment"] === undefined ? {} : { comment: header.pax["comment"] }),
    content: body,
  };
}

const KINDS: Readonly<Record<string, EntryKind>> = {
  file: "file",
  directory: "directory",
  symlink: "link",
  link: "hard link",
  "character-device": "device",
  "block-device": "device",
  fifo: "pipe",
};

function sparse(name: string): Error {
  return refusal(`${JSON.stringify(name)} in it is a sparse file`, "Make it without --sparse.");
}

function unpacked(file: string, kind: ArchiveKind): AsyncIterable<Uint8Array> {
  const packed = createReadStream(file, { highWaterMark: 64 * 1024 });
  if (kind === "tar.zst") return unzstd(packed);
  return kind === "tar.gz" ? pipeline(packed, createGunzip(), () => undefined) : packed;
}

async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decompressor = new Decompress((chunk) => void ready.push(chunk));
  for await (const chunk of packed) {
    decompressor.push(chunk);
    yield* ready.splice(0);
  }
  decompressor.push(new Uint8Array(), true);
  yield* ready.splice(0);
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(most);
    yield chunk;
  }
}

/** More comes out than a release of that archive could be. */
export function tooLarge(most: number): Error {
  return refusal(
    `it unpacks to more than ${Math.round(most / 2 ** 20)} MiB, which for its size is more than files pack to`,
    "If it is meant to, unpack it yourself and deploy the folder: --directory DIR",
  );
}
