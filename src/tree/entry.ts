import type { ByteString } from "../host/bytes.ts";
import type { Commits } from "../report/report.ts";

/** One entry of a tree. `path` is relative to the root, without `./`, `.`, `..` or an empty part. */
export type TreeEntry = FileEntry | LinkEntry | DirectoryEntry;

export interface FileEntry {
  readonly kind: "file";
  readonly path: ByteString;
  readonly executable: boolean;
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface LinkEntry {
  readonly kind: "link";
  readonly path: ByteString;
  readonly target: ByteString;
}

/** Every directory below the root has one, empty or not. */
export interface DirectoryEntry {
  readonly kind: "directory";
  readonly path: ByteString;
  /** SHA-256 over all that is below it (see digest.ts). */
  readonly digest: string;
}

/** The hashed content of a release: what is shipped, and nothing that a host decides. */
export interface Tree {
  /** Sorted by path, byte for byte. */
  readonly entries: readonly TreeEntry[];
  /** Digest of the root directory: equal if and only if path, kind, exec bit, content and link target of every entry are. */
  readonly digest: string;
  /** Modification time of every entry on every host, Unix seconds. */
  readonly time: number;
}

/** A tree together with the place its contents can be read from. Must be closed. */
export interface TreeContents {
  readonly tree: Tree;
  /** Full commit id, or null where the source has none. */
  readonly revision: string | null;
  /** What the source was, for people: `main (3f2c1ab)` or a folder. */
  readonly label: string;
  /** Things a person should know: dropped setuid bits, hard links made copies, dirty work tree. */
  readonly warnings: readonly string[];
  /** What lies between a revision that was deployed and this one; null where the source cannot tell. Never fails. */
  commitsSince?(revision: string): Promise<Commits | null>;
  /** Where it was live before, where it was taken from there. */
  readonly promotedFrom?: { readonly environment: string; readonly release: string };
  /**
   * Of a tree that was taken back from hosts: what can be had of it, with a digest of its own, and the shared paths whose links took the place
   * of something in it there, which cannot. `tree` has the digest of the whole.
   */
  readonly kept?: { readonly tree: Tree; readonly hides: readonly ByteString[] };
  /** Gets contents to where they can be read, before they are. Absent where they are at hand. */
  ready?(files: readonly FileEntry[], signal: AbortSignal): Promise<void>;
  /** The bytes of one file of the tree. Fails if it is no longer what was hashed. */
  read(entry: FileEntry): AsyncIterable<Uint8Array>;
  /** Removes whatever was made on the controller for this tree. */
  close(): Promise<void>;
}
