/** The answer of `pack`: the archive that was written. */
export interface PackDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Absolute. */
  readonly file: string;
  /** Of that file, 64 hex digits: what `deploy --sha256` wants. */
  readonly sha256: string;
  /** Its length in bytes. */
  readonly size: number;
  /** Digest of the tree in it, as a release that is made from it has it. */
  readonly tree: string;
  /** The commit; null where the source has none. */
  readonly revision: string | null;
  readonly label: string;
  /** How many files are in it, and how many bytes they have. */
  readonly files: number;
  readonly bytes: number;
  readonly warnings: readonly string[];
}
