import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { link, lstat, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { shellWord } from "../report/command-line.ts";
import { fileWords } from "./file-words.ts";

/** What names a file on the command line. */
type Option = "--to" | "--out";

/** A local file, 0600, that has its name only when it is whole, and overwrites nothing unless it shall. */
export class NewFile {
  readonly #path: string;
  readonly #overwrite: boolean;
  readonly #option: Option;
  readonly #temporary: string;
  #descriptor: number | null;

  private constructor(path: string, overwrite: boolean, option: Option) {
    this.#path = path;
    this.#overwrite = overwrite;
    this.#option = option;
    // In containers a process that was killed had the same number.
    this.#temporary = `${path}.part-${randomBytes(6).toString("hex")}`;
    this.#descriptor = openSync(this.#temporary, "wx", 0o600);
  }

  /** `option`: what named it. Throws UserError where the name is taken or its directory cannot be written. */
  static async at(path: string, overwrite: boolean, option: Option): Promise<NewFile> {
    await NewFile.refuseTaken(path, overwrite, option);
    try {
      return new NewFile(path, overwrite, option);
    } catch (error) {
      throw unwritable(path, error, option);
    }
  }

  /** Throws UserError where the name is taken by what must not be overwritten: before work that takes long. */
  static async refuseTaken(path: string, overwrite: boolean, option: Option): Promise<void> {
    const there = await lstat(path).catch(() => null);
    if (there !== null && (!overwrite || !there.isFile())) throw taken(path, there.isFile(), there.isDirectory(), option);
  }

  /** Throws UserError where the disk is full. */
  write(piece: Buffer): void {
    const descriptor = this.#descriptor;
    if (descriptor === null) throw new Error("the file is closed");
    this.#onDisk(() => {
      for (let left = piece; left.length > 0;) left = left.subarray(writeSync(descriptor, left));
    });
  }

  /** Throws UserError where the disk is full, or somebody has taken the name meanwhile. */
  async keep(): Promise<void> {
    const descriptor = this.#descriptor;
    if (descriptor === null) return;
    this.#onDisk(() => fsyncSync(descriptor));
    await (this.#overwrite ? rename : link)(this.#temporary, this.#path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? taken(this.#path, true, false, this.#option) : unwritable(this.#path, error, this.#option);
    });
  }

  #onDisk(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw unwritable(this.#path, error, this.#option);
    }
  }

  /** Closes it; what was not kept is gone. */
  async drop(): Promise<void> {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
    await rm(this.#temporary, { force: true });
  }
}

function unwritable(path: string, error: unknown, option: Option): UserError {
  const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
  const why = gone ? `there is no directory ${dirname(path)}` : fileWords(error);
  const make = gone ? ` Or make the directory: mkdir -p ${shellWord(dirname(path))}` : "";
  return new UserError({
    kind: "unwritable",
    message: `${path} cannot be written: ${why}.`,
    remedy: `Choose another place: ${option} FILE.${make}`,
  });
}

function taken(path: string, isFile: boolean, isDirectory: boolean, option: Option): UserError {
  if (isFile)
    return new UserError({ kind: "exists", message: `${path} exists already.`, remedy: "To overwrite it, say --force." });
  const message = isDirectory ? `${path} is a directory.` : `${path} exists already, and is not a file.`;
  const remedy = isDirectory
    ? `Name a file in it: ${option} ${shellWord(`${path}/NAME`)}`
    : `Choose another place: ${option} FILE`;
  return new UserError({ kind: "exists", message, remedy });
}
