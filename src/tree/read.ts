import { createHash } from "node:crypto";
import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { bytesOf, rawBytes } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";
import type { UserError } from "../errors.ts";
import type { FileEntry } from "./entry.ts";
import { shownPath } from "./names.ts";
import { sourceProblem } from "./problem.ts";

/** What reading a file once tells about it. */
export interface HashedFile {
  readonly entry: FileEntry;
  /** Last modification, Unix seconds. */
  readonly time: number;
  /** Whether it has a setuid, setgid or sticky bit. */
  readonly special: boolean;
}

/** The path of an entry for file system calls, which take bytes. */
export function rawPath(directory: string, path: ByteString): Buffer {
  return rawBytes(`${bytesOf(directory)}/${path}` as ByteString);
}

/** @throws UserError if the file is gone, unreadable, no file any more or changing. */
export function hashFile(directory: string, path: ByteString): Promise<HashedFile> {
  return withFile(directory, path, async (file, stats) => {
    const hash = createHash("sha256");
    for await (const chunk of chunksOf(file, stats.size)) hash.update(chunk);
    const executable = (stats.mode & 0o100) !== 0;
    const entry: FileEntry = { kind: "file", path, executable, size: stats.size, sha256: hash.digest("hex") };
    return { entry, time: Math.floor(stats.mtimeMs / 1000), special: (stats.mode & 0o7000) !== 0 };
  });
}

/** The bytes of a file that was hashed before. @throws UserError, at the latest after the last byte, if they are other ones now. */
export async function* readEntry(directory: string, entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { file, stats } = await openFile(directory, entry.path);
  try {
    if (stats.size !== entry.size) throw new Changed();
    const hash = createHash("sha256");
    for await (const chunk of chunksOf(file, entry.size)) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest("hex") !== entry.sha256) throw new Changed();
  } catch (error) {
    throw explained(error, directory, entry.path);
  } finally {
    await file.close();
  }
}

/** A file system error about one entry of a source as a problem of the user's; anything else as it is. */
export function explained(error: unknown, directory: string, path: ByteString): unknown {
  const what = error instanceof Changed ? "changed" : codes[(error as NodeJS.ErrnoException).code ?? ""];
  return what === undefined ? error : unreadable(`${path === "" ? "it" : shownPath(path)} ${what}`, directory);
}

class Changed extends Error {}

const codes: Readonly<Record<string, string>> = {
  ENOENT: "vanished",
  ENOTDIR: "vanished",
  ELOOP: "became a symbolic link",
  ENXIO: "became a socket or pipe",
  EINVAL: "changed",
  EACCES: "may not be read",
  EPERM: "may not be read",
  EIO: "could not be read (input/output error)",
  ENAMETOOLONG: "could not be read (the path is too long for this system)",
};

function unreadable(what: string, directory: string): UserError {
  const remedy = `See that ${directory} can be read and that nothing writes to it meanwhile, then deploy again.`;
  return sourceProblem(`While ${directory} was being read, ${what}.`, remedy);
}

async function withFile<Result>(
  directory: string,
  path: ByteString,
  use: (file: FileHandle, stats: Stats) => Promise<Result>,
): Promise<Result> {
  const { file, stats } = await openFile(directory, path);
  try {
    return await use(file, stats);
  } catch (error) {
    throw explained(error, directory, path);
  } finally {
    await file.close();
  }
}

// What was a file may be a link or a pipe by now: the one must not be followed, the other not be waited for.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function openFile(directory: string, path: ByteString): Promise<{ file: FileHandle; stats: Stats }> {
  try {
    const file = await open(rawPath(directory, path), openFlags);
    const stats = await file.stat();
    if (stats.isFile()) return { file, stats };
    await file.close();
    throw new Changed();
  } catch (error) {
    throw explained(error, directory, path);
  }
}

const chunkSize = 256 * 1024;

// Exactly `size` bytes. One more is asked for, to see that the file ends there.
async function* chunksOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  let left = size;
  for (;;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, left + 1));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead > left || (bytesRead === 0 && left > 0)) throw new Changed();
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
