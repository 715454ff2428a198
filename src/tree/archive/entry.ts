/** One entry of an archive, as its library reads it: nothing of it is trusted. */
export interface ArchiveEntry {
  /** As it is written in the archive. */
  readonly name: string;
  readonly kind: EntryKind;
  /** Permission bits. */
  readonly mode: number;
  /** Last modification, Unix seconds; may be any number. */
  readonly time: number;
  /** What a link says, or which earlier entry a hard link is another name of. */
  readonly target?: string;
  /** What the archive says of itself as a whole, as `git archive` does: the commit that it was made from. */
  readonly comment?: string;
  /** Bytes of a file. Must be read, or left, before the next entry is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export type EntryKind = "file" | "directory" | "link" | "hard link" | "device" | "pipe" | "thing of unknown kind";

/** No bytes. */
export async function* nothing(): AsyncGenerator<Uint8Array> {
  // Entries without content have an empty one.
}
