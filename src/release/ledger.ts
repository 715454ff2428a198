/** One fact of a host's ledger. Order in the file is the order in time; `at` is only for people. */
export interface LedgerEntry {
  readonly v: 1;
  readonly kind: LedgerKind;
  /** The release it is about; empty for facts about no release: takeover, held, released, shared-put, and foreign where `current` was removed. */
  readonly release: string;
  /** ISO 8601, the controller's clock. */
  readonly at: string;
  /** Who, for people: `ann@laptop`, or the CI's actor. */
  readonly by: string;
  /** Id of the run (deploy, rollback, prune …) that wrote it: all its facts on all hosts share it. */
  readonly run: string;
  /** Lock generation it was written under. */
  readonly generation: number;
  readonly command: string;
  /**
   * Release that was live before `release` (switching, live, good, foreign); null when there was none. For `returned` the same
   * one: what was live before and is live again.
   */
  readonly from?: string | null;
  readonly revision?: string | null;
  readonly tree?: string;
  /** SHA-256 over tree, tasks, env and rules: equal means that a deploy would change nothing. */
  readonly fingerprint?: string;
  readonly message?: string;
  /** Why, for failed, returned, held. */
  readonly reason?: string;
  /** Where it was run from: a CI run URL or a host name. */
  readonly origin?: string;
  /** Bytes of the release (sealed). */
  readonly bytes?: number;
  /** Shared paths whose links took the place of something in the tree (sealed): that is not in the release, and cannot be had from it. */
  readonly hides?: readonly string[];
  /** The hosts that share the app root, by their names in the configuration, on which the run was confirmed (good). */
  readonly hosts?: readonly string[];
  /** Where the tree was live before, if it was taken from there (sealed). */
  readonly promotedFrom?: PromotedFrom;
  /** Id of an interrupted run: this fact was written later, by another run, to conclude what that one left open. */
  readonly recovered?: string;
}

/**
 * preparing: a release directory was begun · sealed: it is complete and on disk · switching: the intent, flushed before
 * the rename · live: the rename was seen to have happened · good: confirmed · failed: will never be live · returned: was live,
 * failed, was taken back · pruned: its directory is gone · pinned, unpinned · adopted: was live at first contact, counts as good ·
 * foreign: was found live though nobody announced it · takeover: a dead owner's lock was taken over · held, released: a person's hold ·
 * shared-put: a file of shared/ got new content, `message` says which and the beginning of its SHA-256.
 *
 * When each is written matters to whoever reads the past after a crash: `preparing` before the directory is made, `switching` before
 * the rename, everything else after what it tells was seen. `failed` with the command `rollback` is about the run, not the release.
 */
export type LedgerKind =
  | "preparing"
  | "sealed"
  | "switching"
  | "live"
  | "good"
  | "failed"
  | "returned"
  | "pruned"
  | "pinned"
  | "unpinned"
  | "adopted"
  | "foreign"
  | "takeover"
  | "held"
  | "released"
  | "shared-put";

/** A release of another environment, whose tree another release has. */
export interface PromotedFrom {
  readonly environment: string;
  readonly release: string;
}

/** What all facts of one run share. */
export type Stamp = Pick<LedgerEntry, "at" | "by" | "run" | "generation" | "command" | "origin">;

/** The fact that `kind` happened to `release`, in the run that `stamp` describes. */
export function factOf(
  stamp: Stamp,
  kind: LedgerKind,
  release: string,
  more: Partial<Omit<LedgerEntry, "v" | "kind" | "release">> = {},
): LedgerEntry {
  return { v: 1, kind, release, ...stamp, ...more };
}
