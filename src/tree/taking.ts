import { createHash, type Hash } from "node:crypto";
import type { FileEntry } from "./entry.ts";
import type { ContentStore } from "./store.ts";

/**
 * Takes contents that come one behind the other, without anything between them, and proves each. The first that is not what its entry says
 * ends it: where that was longer or shorter than it should be, nobody knows where the next one begins.
 */
export class Taking {
  readonly #files: readonly FileEntry[];
  readonly #store: ContentStore;
  #sum: Hash = createHash("sha256");
  #bytes = 0;
  #done = 0;
  #wrong = false;

  /** No file among them may be empty. */
  constructor(files: readonly FileEntry[], store: ContentStore) {
    this.#files = files;
    this.#store = store;
  }

  /** How many have come and are kept. */
  get done(): number {
    return this.#done;
  }

  /** Whether the one after those was not what it should be. */
  get wrong(): boolean {
    return this.#wrong;
  }

  /** Returns whether to go on. */
  take(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length && !this.#wrong;) {
      const file = this.#files[this.#done];
      if (file === undefined) return false;
      const piece = chunk.subarray(at, at + file.size - this.#bytes);
      this.#sum.update(piece);
      this.#store.write(this.#bytes, piece);
      this.#bytes += piece.length;
      at += piece.length;
      if (this.#bytes === file.size) this.#end(file);
    }
    return !this.#wrong;
  }

  #end(file: FileEntry): void {
    if (this.#sum.digest("hex") === file.sha256) {
      this.#store.keep(file);
      this.#done += 1;
    } else this.#wrong = true;
    this.#sum = createHash("sha256");
    this.#bytes = 0;
  }
}
