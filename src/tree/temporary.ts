import { createHash } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { hostname } from "node:os";
import type { Run } from "../host/spawn.ts";

/** A private directory (0700) that is gone after `remove`. */
export interface Temporary {
  readonly path: string;
  /** Never fails: what cannot be removed now is, once this process has ended, by `sweepTemporary`. */
  remove(): Promise<void>;
}

/** Makes one in `parent`, named after this process so that leftovers of a killed one can be told. */
export async function makeTemporary(parent: string, run: Run): Promise<Temporary> {
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(`${parent}/${prefix}${process.pid}-${await placeOfProcess()}-`);
  return { path, remove: () => removeAll(path, run) };
}

/** Removes what killed processes of this user left. Never fails, and touches nothing of a process that may be alive. */
export async function sweepTemporary(parent: string, run: Run): Promise<void> {
  const place = await placeOfProcess();
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const [, pid, where] = pattern.exec(name) ?? [];
    if (where !== place || isAlive(Number(pid)) || !(await isOurs(`${parent}/${name}`))) continue;
    await removeAll(`${parent}/${name}`, run);
  }
}

const prefix = "symlink-helper-";
const pattern = /^symlink-helper-(\d+)-([\da-f]{8})-/u;

// A process id means nothing on another machine or in another container, which may share the directory.
async function placeOfProcess(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return createHash("sha256").update(`${hostname()}\n${namespace}`).digest("hex").slice(0, 8);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === process.getuid?.();
}

async function removeAll(path: string, run: Run): Promise<void> {
  const gone = await tryRemove(path);
  if (gone) return;
  // Builds leave directories that even their owner may not write to (module caches of Go, for one).
  await run("chmod", ["-R", "u+rwX", path]).catch(() => undefined);
  await tryRemove(path);
}

function tryRemove(path: string): Promise<boolean> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 }).then(
    () => true,
    () => false,
  );
}
