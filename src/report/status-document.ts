import type { Current, LockStatus, ReleaseState } from "./documents.ts";
import type { ErrorReport, OldProcess, WayBack } from "./report.ts";

/** The answer of `status`. */
export interface StatusDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** Whether all reachable hosts serve the same release; or none, and then for the same reason. */
  readonly agree: boolean;
  /** Where a rollback of all hosts would go at this moment, or why it would not. */
  readonly goBack?: WayBack;
  /** Where the hosts that could be asked differ: who is behind, and what brings it up. */
  readonly drift?: Drift;
  readonly hosts: readonly HostStatus[];
}

/** Hosts that serve something else than the others. */
export interface Drift {
  /** What is live and good on some hosts and came after all others; null where that cannot be told. */
  readonly release: string | null;
  /** Hosts where something else is live, or nothing. */
  readonly behind: readonly string[];
  /** What to type to bring them there; empty where it cannot be told. */
  readonly command: string;
  /** Why it cannot be told; null where it can be. */
  readonly why: string | null;
  /** What to do instead. */
  readonly remedy: string;
}

/** What one host serves, and how it stands there. */
export interface HostStatus extends Current {
  readonly host: string;
  /** The host that has the same app root, and does what is done to that. Absent where there is none. */
  readonly sharesRootWith?: string;
  readonly live: string | null;
  readonly state: ReleaseState | null;
  readonly revision: string | null;
  readonly since: string | null;
  readonly by: string | null;
  readonly message: string | null;
  /** What `rollback` would go to, or why it cannot. */
  readonly rollbackTo: string | null;
  readonly rollbackRefused: string | null;
  readonly lock: LockStatus | null;
  /** What runs from another release than the live one, as far as it can be seen, 100 at most; null where it cannot be seen at all. */
  readonly processes?: readonly OldProcess[] | null;
  /** How many more there are. */
  readonly processesMore?: number;
  /** How many processes could not be looked into, being those of others; null where that is not known. */
  readonly processesBlind?: number | null;
  /** Which of these fields are null because nobody could tell, not because there is nothing. */
  readonly unknown?: readonly string[];
  /** Interrupted work and other things a person should know. */
  readonly findings: readonly string[];
  readonly error: ErrorReport | null;
}
