import { formatBytes } from "../report/units.ts";
import type { Tree } from "../tree/entry.ts";
import type { HostProblem } from "./facts.ts";

/** What is free on the file system of an app root; null where the host could not tell. */
export interface Space {
  readonly kilobytes: number | null;
  readonly inodes: number | null;
}

/** File systems that may store files in less space than they have bytes. */
const PACKING: ReadonlySet<string> = new Set(["btrfs", "zfs", "f2fs", "bcachefs"]);

/**
 * Whether a tree cannot fit: told before it is sent, for a release that fills the disk in the middle harms what is served beside it.
 * Every file is written anew, those too that the host copies from another release. What tasks write on top nobody can know.
 */
export function lackOfSpace(tree: Tree, { kilobytes, inodes }: Space, filesystem: string): HostProblem[] {
  if (kilobytes === 0) return [{ code: "no-space", text: "The disk is full" }];
  if (inodes === 0) return [{ code: "no-space", text: "The file system has no free inode" }];
  const bytes = tree.entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.size : 0), 0);
  if (kilobytes !== null && !PACKING.has(filesystem) && bytes > kilobytes * 1024)
    return [
      {
        code: "no-space",
        text: `The release needs ${formatBytes(bytes)} of space, and ${formatBytes(kilobytes * 1024)} are free`,
      },
    ];
  if (inodes !== null && tree.entries.length > inodes)
    return [{ code: "no-space", text: `The release has ${tree.entries.length} entries, and ${inodes} inodes are free` }];
  return [];
}
