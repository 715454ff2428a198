import { hash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { writeSync } from "node:fs";
import type { FileEntry } from "./entry.ts";

/**
 * Contents by SHA-256, one behind the other in one private file: tens of thousands of them cost no file each, and memory does not grow
 * with what they hold. Only proved contents are in it.
 */
export class ContentStore {
  readonly #file: FileHandle;
  readonly #places = new Map<string, Place>([[EMPTY, { at: 0, size: 0 }]]);
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** In a directory that nobody else can enter. */
  static async in(directory: string): Promise<ContentStore> {
    return new ContentStore(await open(`${directory}/contents`, "wx+", 0o600));
  }

  has({ sha256 }: Pick<FileEntry, "sha256">): boolean {
    return this.#places.has(sha256);
  }

  /** Puts bytes behind what is kept. At once, so that whoever sends them is held up by the disk and not by our memory. */
  write(at: number, piece: Uint8Array): void {
    for (let done = 0; done < piece.length;)
      done += writeSync(this.#file.fd, piece, done, piece.length - done, this.#end + at + done);
  }

  /** What was written since the last time is that content. */
  keep({ sha256, size }: Pick<FileEntry, "sha256" | "size">): void {
    if (this.has({ sha256 })) return;
    this.#places.set(sha256, { at: this.#end, size });
    this.#end += size;
  }

  async *read({ sha256 }: Pick<FileEntry, "sha256">): AsyncGenerator<Uint8Array> {
    const place = this.#places.get(sha256);
    if (place === undefined) throw new Error(`The content ${sha256} is not kept here`);
    for (let done = 0; done < place.size;) {
      const buffer = Buffer.allocUnsafe(Math.min(PIECE, place.size - done));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, place.at + done);
      if (bytesRead === 0) throw new Error("What was kept on this computer has become shorter");
      yield buffer.subarray(0, bytesRead);
      done += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

interface Place {
  readonly at: number;
  readonly size: number;
}

const PIECE = 256 * 1024;
const EMPTY = hash("sha256", "");
