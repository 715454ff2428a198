import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { findProgram } from "../hosts/machine.ts";
import { scratch } from "./kinds.ts";

/** Kinds of file systems that can be had here without a disk of their own. */
export const FILE_SYSTEMS = ["tmpfs", "ext4", "xfs", "btrfs", "overlay"] as const;
export type FileSystem = (typeof FILE_SYSTEMS)[number];

const MKFS: Readonly<Record<string, readonly string[]>> = {
  ext4: ["mkfs.ext4", "-qF"],
  xfs: ["mkfs.xfs", "-qf"],
  btrfs: ["mkfs.btrfs", "-qf"],
};

/** What is mounted, and must not be when the test file ends, whatever happened in it. */
const mounted: string[] = [];
afterAll(unmountAll);
process.on("exit", unmountAll);

/** A new file system of this kind, as {@link newDisk}, or the reason why there is none here. Tried, not guessed. */
export function tryDisk(kind: FileSystem, fill: (directory: string) => void): { at: string } | { obstacle: string } {
  try {
    return { at: newDisk(kind, fill) };
  } catch (error) {
    return { obstacle: `${kind} cannot be mounted here: ${String(error)}` };
  }
}

/**
 * Mounts a new file system and returns where. What `fill` writes is on it; on an overlay in the lower layer, as what comes with the
 * image of a container.
 */
function newDisk(kind: FileSystem, fill: (directory: string) => void = () => undefined): string {
  const at = mkdtempSync(join(scratch, `${kind}-`));
  if (kind === "overlay") return overlay(at, fill);
  if (kind === "tmpfs") mount(at, "-t", "tmpfs", "-o", "size=64m", "tmpfs");
  else mountImage(newImage(`${at}.img`, kind, "400M"), at);
  fill(at);
  return at;
}

/** A file, mostly holes, that holds a new file system. */
export function newImage(path: string, kind: FileSystem, size: string): string {
  const [mkfs = "", ...options] = MKFS[kind] ?? [];
  execFileSync("truncate", ["-s", size, path]);
  execFileSync(findProgram(mkfs) ?? mkfs, [...options, path], { stdio: "pipe" });
  return path;
}

/** Mounts the file system in a file; its loop device goes away with the mount. */
export function mountImage(image: string, at: string, ...options: readonly string[]): void {
  mkdirSync(at, { recursive: true });
  mount(at, "-o", ["loop", ...options].join(","), image);
}

function overlay(base: string, fill: (directory: string) => void): string {
  const [lower = "", upper = "", work = "", at = ""] = ["lower", "upper", "work", "at"].map((name) => join(base, name));
  for (const directory of [lower, upper, work, at]) mkdirSync(directory);
  fill(lower);
  mount(at, "-t", "overlay", "-o", `lowerdir=${lower},upperdir=${upper},workdir=${work}`, "overlay");
  return at;
}

function mount(at: string, ...words: readonly string[]): void {
  execFileSync("mount", [...words, at], { stdio: "pipe" });
  mounted.push(at);
}

/** Takes a file system away; one that somebody still uses goes as soon as nobody does. */
export function unmount(at: string): void {
  const index = mounted.indexOf(at);
  if (index === -1) return;
  mounted.splice(index, 1);
  try {
    execFileSync("umount", [at], { stdio: "pipe" });
  } catch {
    execFileSync("umount", ["-l", at], { stdio: "pipe" });
  }
  rmSync(`${at}.img`, { force: true });
}

function unmountAll(): void {
  for (const at of mounted.toReversed()) unmount(at);
}
