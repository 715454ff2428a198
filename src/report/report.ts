/** How a command ended, for the environment as a whole. */
export type Outcome =
  | "deployed"
  | "rolled-back"
  /** Switched, failed after that, and taken back. */
  | "returned"
  | "failed"
  | "unchanged"
  | "locked"
  /** Hosts differ, or it is not known what is live: a person must look. */
  | "partial"
  | "interrupted"
  | "invalid"
  /** For commands that change no release: setup, plan, status, pin, prune … */
  | "done";

/** The versioned document of `--json`: the one truth that every view renders. Field names are a contract. */
export interface Report {
  readonly schema: 1;
  /** As it was typed. */
  readonly command: string;
  /** Of the configuration. */
  readonly app: string;
  /** Its name. */
  readonly environment: string;
  /** How it ended; what exit code that is, the table of exit codes says. */
  readonly outcome: Outcome;
  /** Release this run made, or went to; null where it came to none. */
  readonly release: string | null;
  /** What was live before, where all hosts agree; else null. */
  readonly previous: string | null;
  /** The commit. */
  readonly revision: string | null;
  /** Tree digest. */
  readonly tree: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** How long it took. */
  readonly durationMs: number;
  /** One for each host. */
  readonly hosts: readonly HostReport[];
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** Of a switch of several hosts: the waves, in order. */
  readonly waves?: readonly WaveReport[];
  /** Of a deploy from git: what lies between what was live before and this. Null where that is not known. */
  readonly commits?: Commits | null;
  /** Where what is deployed was live before, where it was taken from there; else absent. */
  readonly promotedFrom?: { readonly environment: string; readonly release: string };
  /** How to go back, after a deploy or rollback that went well; null where there was nothing before. */
  readonly goBack?: WayBack | null;
  /** Texts for people. */
  readonly warnings: readonly string[];
  /** A failure that belongs to no host (a build, a bad ref, a bad configuration). */
  readonly error: ErrorReport | null;
}

/** Hosts that were switched at once. */
export interface WaveReport {
  readonly hosts: readonly string[];
  /** Milliseconds between the first and the last of their answers that `current` was switched. */
  readonly skewMs: number;
}

/** What lies between two commits of a repository. */
export interface Commits {
  /** Full id of what is, or was, live. */
  readonly from: string;
  /** Of what will be, or is. */
  readonly to: string;
  readonly added: CommitList;
  /** What was live and will not be any more: going back, or to another branch. */
  readonly removed: CommitList;
}

/** Commits, as many as are worth listing. */
export interface CommitList {
  readonly count: number;
  /** At most 20, newest first. */
  readonly newest: readonly { readonly commit: string; readonly subject: string }[];
}

/** Where `rollback` would take all hosts, found in the same way as it does. */
export interface WayBack {
  /** Null where it would refuse. */
  readonly to: string | null;
  /** What to type to go there; empty where it would refuse. */
  readonly command: string;
  /** Why it would refuse; null where it would not. */
  readonly refused: string | null;
  /** What to do instead. */
  readonly remedy: string;
}

/** How a command ended on one host. */
export type HostOutcome = Outcome | "skipped";

/** How a command ended on one host, and what is live there. */
export interface HostReport {
  /** Its name. */
  readonly host: string;
  /** The host that has the same app root and does there what is done to it: the release, the switch, the lock. Absent where there is none. */
  readonly sharesRootWith?: string;
  /** How it ended there; `skipped` where the run went on without it: see `error`, or the warnings. */
  readonly outcome: HostOutcome;
  /** What `current` was read back to resolve to, at the end; null where there is none or it is unknown (see `liveKnown`). */
  readonly live: string | null;
  /** False where the end of this host was not observed. */
  readonly liveKnown: boolean;
  /** What was live before. */
  readonly previous: string | null;
  /** False where the run ended before it looked at that; absent where it did. */
  readonly previousKnown?: false;
  /** What `current` said before, where that was a link, but not to a release; else null. */
  readonly previousLink?: string | null;
  /** What is at `current` that is no link, and is never touched. Absent where that is a link, or nothing. */
  readonly inPlace?: "directory" | "file";
  /** Each message to the host. */
  readonly phases: readonly PhaseReport[];
  /** Releases that were removed. */
  readonly pruned: readonly string[];
  /** Where `reuse` took something over: what, and from where. */
  readonly reused?: readonly ReusedReport[];
  /** Where something was taken back: each `undo` that was run here, in order. */
  readonly undone?: readonly UndoReport[];
  /** Where it went back: what failed there of that which makes it real, so that it may not serve what `current` says. Else absent. */
  readonly failedOnReturn?: readonly ("afterSwitch" | "undrain" | "check")[];
  /** What still ran from another release than the live one when nobody waited any longer; absent where there was nothing. */
  readonly processes?: readonly OldProcess[];
  /** Where there are checks: how each ended that was made here, those of a release gone back to included. */
  readonly checks?: readonly CheckReport[];
  /** Only of `prune --dry-run`: what would be removed. */
  readonly wouldPrune?: readonly string[];
  readonly error: ErrorReport | null;
}

/** What was copied from an earlier release instead of being made again. */
export interface ReusedReport {
  /** In the release. */
  readonly path: string;
  /** The release it was copied from. */
  readonly from: string;
  readonly bytes: number;
  readonly ms: number;
  /** Tasks that were not run, since what they make is there. */
  readonly skipped: readonly string[];
}

/** An `undo` that ran. */
export interface UndoReport {
  /** Of the task that it undoes. */
  readonly point: string;
  readonly run: string;
  readonly ok: boolean;
}

/** A process that still runs from a release that is not live. */
export interface OldProcess {
  readonly pid: number;
  /** What it calls itself and, where that is called otherwise, its program. */
  readonly name: string;
  readonly release: string;
  /** `shell`: somebody sits at its prompt. Not waited for, as it serves nobody. */
  readonly kind: "process" | "shell";
}

/** How a check ended. */
export interface CheckReport {
  /** What was checked: a URL, `tcp HOST:PORT`, or a command. */
  readonly check: string;
  /** That had to answer. */
  readonly release: string;
  readonly ok: boolean;
  /** How often it was tried. */
  readonly tries: number;
  readonly ms: number;
  /** What came back last, in a few words: `200 OK`, or why that did not pass. */
  readonly answer: string;
}

/** One message to a host and its answer. */
export interface PhaseReport {
  readonly name: string;
  readonly ms: number;
  readonly bytesSent: number;
}

/** What went wrong, for programs and for people. */
export interface ErrorReport {
  /** Stable, for programs: `unreachable`, `task-failed`, `disk-full` … */
  readonly kind: string;
  /** What happened and why, for people. */
  readonly message: string;
  /** The next thing to do or type. */
  readonly remedy: string;
  /** Last lines of output, where there was some. */
  readonly output?: readonly string[];
  readonly phase?: string;
}
