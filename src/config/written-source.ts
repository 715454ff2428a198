/** Where the files come from, as it is written. */
export interface WrittenSource {
  /** A git repository: a directory, relative to this file, or what `git clone` takes. Default: "." */
  readonly git?: string;
  /** Branch, tag or commit. Default: "HEAD" */
  readonly ref?: string;
  /** A directory to take as it is, instead of a repository; `build` tasks run in it. */
  readonly directory?: string;
  /** A .tar, .tar.gz, .tar.zst or .zip to take instead: a file, relative to this one. */
  readonly archive?: string;
  /** The SHA-256 of the archive, 64 hex digits: another file is refused before it is unpacked. */
  readonly sha256?: string;
  /** How many leading folders each name in the archive loses. Default: 0 */
  readonly strip?: number;
  /** Only this folder of the repository or the archive becomes the tree; `build` tasks run in it. */
  readonly subdirectory?: string;
}
