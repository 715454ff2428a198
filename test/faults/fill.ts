import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const FILLER = "filler";

/** Takes every free byte of a small disk. */
export function fillSpace(disk: string): void {
  mkdirSync(join(disk, FILLER), { recursive: true });
  const file = openSync(join(disk, FILLER, "space"), "w");
  for (let size = 1 << 20; size >= 1; size >>= 4) untilFull(() => writeSync(file, Buffer.alloc(size)) === size);
  closeSync(file);
}

/** Takes every free inode of a small disk. */
export function fillInodes(disk: string): void {
  mkdirSync(join(disk, FILLER), { recursive: true });
  let count = 0;
  untilFull(() => (closeSync(openSync(join(disk, FILLER, String(count++)), "wx")), true));
}

/** Gives back what was taken, as a person would who was told that the disk is full. */
export function makeRoom(disk: string): void {
  rmSync(join(disk, FILLER), { recursive: true, force: true });
}

function untilFull(take: () => boolean): void {
  try {
    while (take());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
