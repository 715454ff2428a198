import { createHash, hash } from "node:crypto";
import { closeSync, constants, fstatSync, open, read, readSync } from "node:fs";
import type { Stats } from "node:fs";
import { promisify } from "node:util";
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
  /** Whether it is a Git LFS pointer: a text that stands for a content that is elsewhere. */
  readonly pointer: boolean;
}

/** The path of an entry for file system calls, which take bytes. */
export function rawPath(directory: string, path: ByteString): Buffer {
  return rawBytes(`${bytesOf(directory)}/${path}` as ByteString);
}

/** @throws UserError if the file is gone, unreadable, no file any more or changing. */
export function hashFile(directory: string, path: ByteString): Promise<HashedFile> {
  return withFile(directory, path, async (fd, stats) => {
    const { size, mode, mtimeMs } = stats;
    const content = size <= small ? readWhole(fd, size) : null;
    const sha256 = content === null ? await hashLarge(fd, size) : hash("sha256", content);
    const entry: FileEntry = { kind: "file", path, executable: (mode & 0o100) !== 0, size, sha256 };
    return { entry, time: Math.floor(mtimeMs / 1000), special: (mode & 0o7000) !== 0, pointer: isPointer(content) };
  });
}

// What every pointer begins with, and how long they are at most: the specification of Git LFS.
const pointerStart = Buffer.from("version https://git-lfs.github.com/spec/v1\n");

function isPointer(content: Buffer | null): boolean {
  return content !== null && content.length < 1024 && content.subarray(0, pointerStart.length).equals(pointerStart);
}

/** The bytes of a file that was hashed before. @throws UserError, at the latest after the last byte, if they are other ones now. */
export async function* readEntry(directory: string, entry: FileEntry): AsyncGenerator<Uint8Array> {
  if (entry.size <= small) yield await withFile(directory, entry.path, (fd) => Promise.resolve(readSame(fd, entry)));
  else yield* readLarge(directory, entry);
}

function readSame(fd: number, entry: FileEntry): Buffer {
  const content = readWhole(fd, entry.size);
  if (hash("sha256", content) !== entry.sha256) throw new Changed();
  return content;
}

async function* readLarge(directory: string, entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { fd } = await openFile(directory, entry.path);
  try {
    const sum = createHash("sha256");
    for await (const chunk of chunksOf(fd, entry.size)) {
      sum.update(chunk);
      yield chunk;
    }
    if (sum.digest("hex") !== entry.sha256) throw new Changed();
  } catch (error) {
    throw explained(error, directory, entry.path);
  } finally {
    closeSync(fd);
  }
}

/** A file system error about one entry of a source as a problem of the user's; anything else as it is. */
export function explained(error: unknown, directory: string, path: ByteString): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "EACCES" || code === "EPERM") return forbidden(directory, path);
  const what = error instanceof Changed ? "changed" : codes[code];
  return what === undefined ? error : unreadable(`${path === "" ? "it" : shownPath(path)} ${what}`, directory);
}

class Changed extends Error {}

const codes: Readonly<Record<string, string>> = {
  ENOENT: "vanished",
  ENOTDIR: "vanished",
  ELOOP: "became a symbolic link",
  ENXIO: "became a socket or pipe",
  EINVAL: "changed",
  EIO: "could not be read (input/output error)",
  ENAMETOOLONG: "could not be read (the path is too long for this system)",
};

function forbidden(directory: string, path: ByteString): UserError {
  const what = path === "" ? directory : `${shownPath(path)} in ${directory}`;
  const omit = path === "" ? "" : ", or name it under `exclude` in the configuration or in .deployignore";
  return sourceProblem(
    `${what} cannot be read: the user you deploy as has no permission to.`,
    `Give that user the right to read it${omit}. Then deploy again.`,
  );
}

function unreadable(what: string, directory: string): UserError {
  const remedy = `See that ${directory} can be read and that nothing writes to it meanwhile, then run it again.`;
  return sourceProblem(`While ${directory} was being read, ${what}.`, remedy);
}

async function withFile<Result>(
  directory: string,
  path: ByteString,
  use: (fd: number, stats: Stats) => Promise<Result>,
): Promise<Result> {
  const { fd, stats } = await openFile(directory, path);
  try {
    return await use(fd, stats);
  } catch (error) {
    throw explained(error, directory, path);
  } finally {
    closeSync(fd);
  }
}

// What was a file may be a link or a pipe by now: the one must not be followed, the other not be waited for.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function openFile(directory: string, path: ByteString): Promise<{ fd: number; stats: Stats }> {
  try {
    const fd = await openAsync(rawPath(directory, path), openFlags);
    const stats = fstatSync(fd);
    if (stats.isFile()) return { fd, stats };
    closeSync(fd);
    throw new Changed();
  } catch (error) {
    throw explained(error, directory, path);
  }
}

const openAsync = promisify(open);
const readAsync = promisify(read);

// Opening is what waits for a disk; the other steps of a small file are done at once. Through the thread pool each would cost several
// times what it does, which for tens of thousands of files is most of the time.
const small = 64 * 1024;

// One byte more is asked for, to see that the file ends there.
function readWhole(fd: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size + 1);
  let bytes = 0;
  for (let more = 1; more > 0 && bytes <= size; bytes += more) more = readSync(fd, buffer, bytes, size + 1 - bytes, null);
  if (bytes !== size) throw new Changed();
  return buffer.subarray(0, size);
}

async function hashLarge(fd: number, size: number): Promise<string> {
  const sum = createHash("sha256");
  for await (const chunk of chunksOf(fd, size)) sum.update(chunk);
  return sum.digest("hex");
}

const chunkSize = 256 * 1024;

// Exactly `size` bytes, and again one more is asked for.
async function* chunksOf(fd: number, size: number): AsyncGenerator<Buffer> {
  let left = size;
  for (;;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, left + 1));
    const { bytesRead } = await readAsync(fd, buffer, 0, buffer.length, null);
    if (bytesRead > left || (bytesRead === 0 && left > 0)) throw new Changed();
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
