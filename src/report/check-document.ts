import type { ErrorReport } from "./report.ts";

/** What `check` found: everything that can be known before a deploy, on all hosts at once. */
export interface CheckDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** Nothing stands in the way of a deploy; warnings may be there all the same. */
  readonly ok: boolean;
  /** About the machine that we deploy from. */
  readonly controller: readonly Finding[];
  readonly hosts: readonly HostCheck[];
}

/** What `check` found on one host. */
export interface HostCheck {
  readonly host: string;
  readonly ok: boolean;
  /** Null where the host could not be asked. */
  readonly about: AboutHost | null;
  readonly findings: readonly Finding[];
  readonly error: ErrorReport | null;
}

/** What a host is, as far as a deploy is concerned. */
export interface AboutHost {
  readonly user: string;
  readonly system: string;
  readonly filesystem: string;
  /** Bytes and inodes that are free for releases; null where the host cannot tell. */
  readonly freeBytes: number | null;
  readonly freeInodes: number | null;
  /** Seconds by which its clock is ahead of ours. */
  readonly clockAhead: number;
  /** Whether the app root is there. Where it is not, the first deploy makes it, unless a finding says why it could not. */
  readonly exists: boolean;
  readonly live: string | null;
}

/** Something that was found. */
export interface Finding {
  /** problem: a deploy would stop there, or fail · warning: a person should know · remark: all is well, and not as on every host. */
  readonly level: "problem" | "warning" | "remark";
  readonly code: string;
  readonly text: string;
  /** The next command to type, or what else to do; may be empty. */
  readonly remedy: string;
}
