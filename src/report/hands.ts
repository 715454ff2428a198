import type { ErrorReport } from "./report.ts";

/** What `exec` and `run` came to on each host. */
export interface ExecDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** As a person would type it; secrets are masked. */
  readonly command: string;
  /** A person stopped it. */
  readonly interrupted: boolean;
  readonly hosts: readonly HostExec[];
}

/** How a command ended on one host. */
export interface HostExec {
  readonly host: string;
  /** Exit code; null where none was seen. */
  readonly code: number | null;
  /** Where it ran; null where it did not come to that. */
  readonly directory: string | null;
  readonly ms: number;
  /** The last lines that it printed, up to about a million characters. */
  readonly output: string;
  /** Whether there was more before that. */
  readonly truncated: boolean;
  /** Why there is no code, or why it was stopped; null where it ended by itself. */
  readonly error: ErrorReport | null;
}

/** The named commands of the configuration. */
export interface CommandsDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  readonly commands: readonly CommandRow[];
}

/** A named command of the configuration. */
export interface CommandRow {
  readonly name: string;
  readonly run: string;
  /** Hosts that run it. */
  readonly hosts: readonly string[];
  readonly as: string | null;
}

/** The end of `logs`. What the logs said was told line by line. */
export interface LogsDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** Until a person stopped it, which is how following ends. */
  readonly followed: boolean;
  readonly hosts: readonly HostLogs[];
}

/** How following the logs of one host ended. */
export interface HostLogs {
  readonly host: string;
  readonly logs: readonly {
    readonly name: string;
    /** Lines that were told. */
    readonly count: number;
    /** These lines, where they were not followed. */
    readonly lines: readonly string[];
    /** Why nothing can be read, as it was told last; null where it can. */
    readonly problem: string | null;
  }[];
  readonly error: ErrorReport | null;
}
