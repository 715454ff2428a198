import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { link, lstat, rename, rm } from "node:fs/promises";
import { UserError } from "../errors.ts";

/** A local file, 0600, that has its name only when it is whole, and overwrites nothing unless it shall. */
export class NewFile {
  readonly #path: string;
  readonly #overwrite: boolean;
  readonly #temporary: string;
  #descriptor: number | null;

  private constructor(path: string, overwrite: boolean) {
    this.#path = path;
    this.#overwrite = overwrite;
    this.#temporary = `${path}.part-${process.pid}`;
    this.#descriptor = openSync(this.#temporary, "wx", 0o600);
  }

  /** Throws UserError where the name is taken or its directory cannot be written. */
  static async at(path: string, overwrite: boolean): Promise<NewFile> {
    const there = await lstat(path).catch(() => null);
    if (there !== null && (!overwrite || !there.isFile())) throw taken(path, overwrite);
    try {
      return new NewFile(path, overwrite);
    } catch (error) {
      const message = `${path} cannot be written: ${(error as Error).message}.`;
      throw new UserError({ kind: "unwritable", message, remedy: "Choose another place: --to FILE" });
    }
  }

  write(piece: Buffer): void {
    if (this.#descriptor === null) throw new Error("the file is closed");
    for (let left = piece; left.length > 0;) left = left.subarray(writeSync(this.#descriptor, left));
  }

  async keep(): Promise<void> {
    if (this.#descriptor === null) return;
    fsyncSync(this.#descriptor);
    if (this.#overwrite) return rename(this.#temporary, this.#path);
    await link(this.#temporary, this.#path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? taken(this.#path, false) : error;
    });
  }

  /** Closes it; what was not kept is gone. */
  async drop(): Promise<void> {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
    await rm(this.#temporary, { force: true });
  }
}

function taken(path: string, overwrite: boolean): UserError {
  const remedy = overwrite ? "It is not a file: choose another place." : "To overwrite it, say --force.";
  return new UserError({ kind: "exists", message: `${path} exists already.`, remedy });
}
