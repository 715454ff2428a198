import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import type { ArchiveSource } from "../config/resolved.ts";
import { boundsOf } from "./archive/bounds.ts";
import { archiveProblem } from "./archive/file.ts";
import { unpackProblem } from "./archive/problem.ts";
import { kindOf } from "./archive/kind.ts";
import { tarEntries } from "./archive/tar.ts";
import { unpack } from "./archive/unpack.ts";
import type { Unpacked } from "./archive/unpack.ts";
import { zipEntries } from "./archive/zip.ts";
import { contentsOf } from "./contents.ts";
import type { SourceOptions } from "./contents.ts";
import type { TreeContents } from "./entry.ts";
import type { SourcePorts } from "./git/git.ts";
import { sourceProblem } from "./problem.ts";
import { folderOf } from "./subdirectory.ts";
import { makeTemporary } from "./temporary.ts";

/**
 * The tree of an archive whose digest is known: copied to a private directory while it is hashed, so that what is unpacked is what was
 * checked, and unpacked there. Its time is that of the newest entry.
 *
 * @throws UserError for whatever is wrong with it; nothing is left behind then, and nothing was written anywhere else.
 */
export async function openArchive(source: ArchiveSource, options: SourceOptions, ports: SourcePorts): Promise<TreeContents> {
  const temporary = await makeTemporary(ports.temporary, ports.run);
  try {
    const directory = `${temporary.path}/tree`;
    const { time, warnings, commit } = await unpackPinned(source, temporary.path, directory, ports.signal);
    const label = `${source.path} (sha256:${source.sha256.slice(0, 12)})`;
    const about = { revision: commit ?? `sha256:${source.sha256}`, label, time, warnings, close: () => temporary.remove() };
    return await contentsOf(await folderOf(directory, source.subdirectory), about, options, ports.signal);
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

async function unpackPinned(source: ArchiveSource, scratch: string, directory: string, signal?: AbortSignal): Promise<Unpacked> {
  const file = `${scratch}/archive`;
  const { path, strip = 0 } = source;
  try {
    const size = await copyPinned(source, file, signal);
    const kind = await kindOf(file, path);
    await mkdir(directory);
    const bounds = boundsOf(size);
    const entries = kind === "zip" ? zipEntries(file) : tarEntries(file, kind, bounds.bytes + headers);
    return await unpack(entries, directory, strip, bounds, signal);
  } catch (error) {
    throw unpackProblem(error, path, signal);
  } finally {
    await rm(file, { force: true });
  }
}

/** A tar file is longer than what is in it: headers and padding of a million entries. */
const headers = 2 ** 30;

async function copyPinned({ path, sha256 }: ArchiveSource, to: string, signal?: AbortSignal): Promise<number> {
  const problem = archiveProblem(path);
  if (problem !== null) throw problem;
  const sum = createHash("sha256");
  const copy = await open(to, "wx", 0o600);
  let size = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      sum.update(chunk);
      await copy.write(chunk);
      size += chunk.length;
    }
  } finally {
    await copy.close();
  }
  const found = sum.digest("hex");
  if (found !== sha256.toLowerCase()) throw otherDigest(path, found, sha256);
  return size;
}

function otherDigest(path: string, found: string, wanted: string): Error {
  return sourceProblem(
    `${path} is not what was meant: its SHA-256 is ${found}, not ${wanted.toLowerCase()}. It was not unpacked.`,
    "Fetch it again. If it is the right one, give its own digest.",
  );
}
