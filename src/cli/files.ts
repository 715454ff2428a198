import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileWords } from "../fleet/file-words.ts";
import type { Files } from "./world.ts";

/** The file system of this machine. All of it at once: somebody who leaves in the middle leaves these files written. */
export const files: Files = {
  write: (path, text) => {
    try {
      const there = statSync(path, { throwIfNoEntry: false });
      if (there !== undefined && !there.isFile()) return there.isDirectory() ? "it is a directory" : "it is no file";
      // Whoever put a link there means the file behind it.
      put(there === undefined ? path : realpathSync(path), text, there === undefined ? null : there.mode & 0o777);
      return null;
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
      return gone ? `there is no directory ${dirname(path)}` : fileWords(error);
    }
  },
  read: (path) => {
    try {
      return statSync(path).isFile() ? readFileSync(path, "utf8") : "";
    } catch {
      return "";
    }
  },
  remove: (path) => {
    try {
      if (statSync(path).isFile()) rmSync(realpathSync(path));
    } catch {
      // It is not there, or cannot be written: that is told when it matters.
    }
  },
};

/** Whole or not at all: it has its name only when all of it is written. It is for others to read, as far as the umask lets them. */
function put(path: string, text: string, mode: number | null): void {
  const temporary = `${path}.part-${randomBytes(6).toString("hex")}`;
  const descriptor = openSync(temporary, "wx", 0o666);
  try {
    try {
      // Node takes it for success when a file takes only a part, as one does when the disk becomes full.
      for (let left = Buffer.from(text); left.length > 0;) left = left.subarray(writeSync(descriptor, left));
    } finally {
      closeSync(descriptor);
    }
    if (mode !== null) chmodSync(temporary, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
