/** A file, or a map with `file` or `unit`. */
export type WrittenLog = string | WrittenLogEntry;

/** A file or a unit of systemd that `logs` follows. */
export interface WrittenLogEntry {
  /** Relative to the app root, or absolute. */
  readonly file?: string;
  /** A unit of systemd, instead of `file`. */
  readonly unit?: string;
  /** Whether that is a unit of the deploy user's own systemd. Default: false */
  readonly user?: boolean;
}
