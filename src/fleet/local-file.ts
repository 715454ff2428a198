import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { formatBytes } from "../report/units.ts";
import { fileWords } from "./file-words.ts";
import { LARGEST } from "./shared-target.ts";

/** Content of this machine's that goes to hosts, or is compared with theirs. */
export interface LocalContent {
  /** For people. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** As often as there are hosts: it is never held as a whole. */
  readonly read: () => AsyncIterable<Buffer>;
}

/** Hashes what is to be sent. Throws UserError where it cannot be read, is no file, or is too large. */
export async function localContent(from: string | Uint8Array): Promise<LocalContent> {
  if (typeof from === "string") return localFile(from);
  checkSize("Standard input", from.length);
  const whole = Buffer.from(from.buffer, from.byteOffset, from.byteLength);
  return { name: "standard input", bytes: from.length, sha256: hash("sha256", whole), read: () => pieces(whole) };
}

async function localFile(path: string): Promise<LocalContent> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw unreadable(path, "it is not a file");
    checkSize(path, found.size);
    const sum = createHash("sha256");
    let bytes = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      sum.update(chunk);
      bytes += chunk.length;
    }
    return { name: path, bytes, sha256: sum.digest("hex"), read: () => createReadStream(path) };
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, fileWords(error));
  }
}

async function* pieces(whole: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield whole;
}

function checkSize(name: string, bytes: number): void {
  if (bytes <= LARGEST) return;
  throw new UserError({
    kind: "too-large",
    message: `${name} has ${formatBytes(bytes)}: more than ${formatBytes(LARGEST)} is not put into shared/ in this way.`,
    remedy: "Copy it with scp or rsync, which can go on after an interruption.",
  });
}

function unreadable(path: string, why: string): UserError {
  return new UserError({
    kind: "unreadable",
    message: `${path} cannot be read: ${why}.`,
    remedy: "Name a file that is there: --from FILE",
  });
}
