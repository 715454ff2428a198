import type { ErrorReport } from "./report.ts";

/** What `shared list` shows. */
export interface SharedListDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** Whether all hosts that could be asked have the same entries with the same content. */
  readonly agree: boolean;
  readonly hosts: readonly HostShared[];
}

/** What is in shared/ of one host. */
export interface HostShared {
  readonly host: string;
  readonly entries: readonly SharedRow[];
  /** At the top of shared/, but neither configured nor kept by `shared put`. */
  readonly unconfigured: readonly string[];
  readonly error: ErrorReport | null;
}

/** One shared entry on a host. */
export interface SharedRow {
  readonly path: string;
  /** As configured. */
  readonly kind: "dir" | "file";
  readonly whenMissing: string;
  /** What is there: `dangling` is a link to nothing, `other` neither file nor directory. */
  readonly found: "file" | "directory" | "missing" | "dangling" | "other";
  /** What is there is a symbolic link, and the rest tells of what it leads to. */
  readonly linked: boolean;
  /** Of a file. */
  readonly bytes: number | null;
  /** Octal, as `0600`. */
  readonly mode: string | null;
  /** ISO 8601, the host's clock. */
  readonly modifiedAt: string | null;
  /** Of a file; null where it cannot be read. */
  readonly sha256: string | null;
  /** Earlier contents that `shared put` kept beside it, as paths in shared/. */
  readonly before: readonly string[];
}

/** What `shared diff` shows. It never holds a value. */
export interface SharedDiffDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  readonly path: string;
  readonly equal: boolean;
  /** What the hosts are compared with: a local file, or the first host that has the file; null where none has. */
  readonly reference: { readonly name: string; readonly content: ContentFacts } | null;
  readonly hosts: readonly HostDiff[];
}

/** How one host differs. */
export interface HostDiff {
  readonly host: string;
  readonly state: "same" | "differs" | "missing" | "directory" | "unknown";
  readonly content: ContentFacts | null;
  /** Names of keys, for files of KEY=VALUE lines; else null. */
  readonly keys: KeyDifference | null;
  readonly error: ErrorReport | null;
}

/** What may be told of a content that may be secret. */
export interface ContentFacts {
  readonly bytes: number;
  readonly sha256: string;
  /** Null where the file is too large to be looked into. */
  readonly lines: number | null;
}

/** Which keys differ, and how; their values are never told. */
export interface KeyDifference {
  /** Here, but not in the reference. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What `shared get` gives. */
export interface SharedGetDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  readonly path: string;
  /** Hosts that have exactly this. */
  readonly hosts: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
  /** The local file that it was written to; null where `text` holds it. */
  readonly to: string | null;
  readonly text: string | null;
}
