import { open } from "node:fs/promises";
import { sourceProblem } from "../problem.ts";

export type ArchiveKind = "tar" | "tar.gz" | "tar.zst" | "zip";

/**
 * What a file is, by its first bytes: names lie.
 *
 * @throws UserError if it is no archive that we read
 */
export async function kindOf(file: string, name: string): Promise<ArchiveKind> {
  const head = await firstBytes(file, 512);
  if (head.length === 0) throw notAnArchive(name, "the file is empty");
  // A tar ends in blocks of zeros: one that holds nothing is nothing else.
  if (head.length === 512 && head.every((byte) => byte === 0)) return "tar";
  const kind = MAGIC.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes))?.kind;
  if (kind === undefined) throw notAnArchive(name, "it is no archive");
  if (kind === "xz" || kind === "bzip2") throw notAnArchive(name, `archives packed by ${kind} are not read`);
  return kind;
}

const MAGIC: readonly { at: number; bytes: Buffer; kind: ArchiveKind | "xz" | "bzip2" }[] = [
  { at: 0, bytes: Buffer.from([0x1f, 0x8b]), kind: "tar.gz" },
  { at: 0, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), kind: "tar.zst" },
  { at: 0, bytes: Buffer.from("PK\u0003\u0004"), kind: "zip" },
  { at: 0, bytes: Buffer.from("PK\u0005\u0006"), kind: "zip" },
  { at: 257, bytes: Buffer.from("ustar"), kind: "tar" },
  { at: 0, bytes: Buffer.from("\u00FD7zXZ", "latin1"), kind: "xz" },
  { at: 0, bytes: Buffer.from("BZh"), kind: "bzip2" },
];

async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function notAnArchive(name: string, why: string): Error {
  return sourceProblem(`${name} cannot be unpacked: ${why}.`, "Give a .tar, .tar.gz, .tar.zst or .zip.");
}
