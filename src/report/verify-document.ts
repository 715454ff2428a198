import type { ErrorReport } from "./report.ts";

/** What `verify` found. */
export interface VerifyDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** What was asked for; null: what is live on each host. */
  readonly asked: string | null;
  /** `whole`: everything is as it was sealed · `damaged`: something is not · `differ`: hosts serve different releases · `unknown`: it cannot be told of every host. */
  readonly verdict: "whole" | "damaged" | "differ" | "unknown";
  readonly hosts: readonly HostVerified[];
}

/** What `verify` found on one host. */
export interface HostVerified {
  readonly host: string;
  readonly release: string | null;
  /** False where the release has no list to compare it with: it was not made by this program, or its seal is lost. */
  readonly sealed: boolean;
  /** What this program recorded of it, and is gone from `.symlink-helper/manifests`: its `seal`, or the `manifest` of what was sent. */
  readonly lost?: "seal" | "manifest";
  /** Everything is there, and as it was. */
  readonly whole: boolean;
  readonly tree: VerifiedPart & {
    readonly files: number;
    /** Hashed. */
    readonly bytes: number;
  };
  readonly generated: VerifiedPart;
  readonly shared: VerifiedPart;
  readonly error: ErrorReport | null;
}

/** One part of a release: the tree, what tasks made, or the links. */
export interface VerifiedPart {
  /** In the seal. */
  readonly entries: number;
  readonly findings: readonly VerifyFinding[];
}

/**
 * gone · kind: file, directory or link that was another of these · size · extra: not there when it was sealed · changed: other content
 * than was sent, or a link with another text · unreadable · dangling: a link to something in shared/ that is not there.
 */
export type FindingKind = "gone" | "kind" | "size" | "extra" | "changed" | "unreadable" | "dangling";

/** An entry that is not as it was sealed. */
export interface VerifyFinding {
  readonly what: FindingKind;
  readonly count: number;
  /** The first of them. Bytes that are no text are written as `\xNN`, a backslash as two. */
  readonly paths: readonly string[];
}
