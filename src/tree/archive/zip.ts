import { crc32 } from "node:zlib";
import { openPromise } from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { nothing } from "./entry.ts";
import type { ArchiveEntry, EntryKind } from "./entry.ts";
import { refusal } from "./problem.ts";

/** The entries of a zip file, in the order of its central directory: an entry that is not listed there does not exist. */
export async function* zipEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
  try {
    for await (const entry of zip.eachEntry()) yield await entryOf(zip, entry);
  } finally {
    zip.close();
  }
}

async function entryOf(zip: ZipFile, entry: Entry): Promise<ArchiveEntry> {
  const { fileName: name } = entry;
  if (entry.isEncrypted()) throw refusal(`${JSON.stringify(name)} in it is encrypted`, "Pack it without a password.");
  const unix = entry.versionMadeBy >>> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0;
  const kind = name.endsWith("/") ? "directory" : kindOf(unix);
  const time = Math.floor(entry.getLastModDate({ timezone: "UTC" }).getTime() / 1000);
  const common = { name, kind, mode: unix & 0o7777, time };
  if (kind === "link") return { ...common, target: await linkTarget(zip, entry), content: nothing() };
  return { ...common, content: kind === "file" ? contentOf(zip, entry) : nothing() };
}

const UNIX = 3;

// Kind of a file in its mode: what stat(2) calls S_IFMT.
function kindOf(mode: number): EntryKind {
  return mode >>> 12 === 0 ? "file" : (KINDS[mode >>> 12] ?? "thing of unknown kind");
}

const KINDS: Readonly<Record<number, EntryKind>> = { 8: "file", 4: "directory", 10: "link", 2: "device", 6: "device", 1: "pipe" };

/** No path of any system is longer. */
const LONGEST_TARGET = 4096;

async function linkTarget(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > LONGEST_TARGET)
    throw refusal(`what the link ${JSON.stringify(entry.fileName)} in it says is too long`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of contentOf(zip, entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error(`the checksum of ${JSON.stringify(entry.fileName)} is another one`);
}
