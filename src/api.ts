import type { ResolvedConfig } from "./config/resolved.ts";
import type { CheckDocument } from "./report/check-document.ts";
import type { Caller } from "./report/command-line.ts";
import type { Event } from "./report/events.ts";
import type { HistoryDocument, LockDocument, PlanDocument, ReleasesDocument, StatusDocument } from "./report/documents.ts";
import type { InitDocument } from "./report/init-document.ts";
import type { Report } from "./report/report.ts";

/** What every command is given besides its own options. */
export interface CommandContext {
  readonly config: ResolvedConfig;
  readonly emit: (event: Event) => void;
  /** Aborted by the first interrupt: no new switch, return what is unconfirmed, unlock. */
  readonly signal: AbortSignal;
  /** The controller's environment: where secrets come from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who runs this, for lock, ledger and report: `ann@laptop`. */
  readonly by: string;
  /** Where from: a CI run URL or the controller's name. */
  readonly origin: string;
  /** How the program was called, for the commands that people are told to type. Default: by its full name, without `--config`. */
  readonly caller?: Caller;
}

export interface DeployOptions {
  readonly ref?: string;
  readonly message?: string;
  readonly force?: boolean;
}

export interface RollbackOptions {
  readonly to?: string;
  /** Refuse unless this is what is live (a safeguard for scripts). */
  readonly from?: string;
  readonly force?: boolean;
  /** Asked where going back might be a mistake (just after an automatic return); absent: refused. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

export interface HistoryOptions {
  /** Only the last so many runs. Default: all that the hosts tell of. */
  readonly limit?: number;
}

export interface PruneOptions {
  readonly keep?: number;
  readonly dryRun?: boolean;
}

export interface InitOptions {
  /** Of the project; absolute. */
  readonly directory: string;
  /** Default: `production`. */
  readonly environment?: string;
  readonly hosts?: readonly string[];
  /** App root on the hosts. Default: `/var/www/` and the name of the application. */
  readonly root?: string;
  /** Default: what the project looks like. */
  readonly kind?: string;
  /** Whether to write a file; otherwise the text is only in the answer. */
  readonly write: boolean;
  /** Nothing is written once it is aborted. */
  readonly signal: AbortSignal;
  /** Asks a person for what was not given; an empty answer takes what is suggested. Absent: nobody is asked. */
  readonly ask?: (question: string) => Promise<string>;
  /** Tells that person something in between. */
  readonly say?: (text: string) => void;
}

/** The typed API: one function per command. None writes to a terminal, reads `process` or exits. */
export interface Api {
  /** Writes a configuration for a project. Needs none itself. */
  init(options: InitOptions): Promise<InitDocument>;
  setup(context: CommandContext): Promise<Report>;
  check(context: CommandContext): Promise<CheckDocument>;
  plan(context: CommandContext, options: DeployOptions): Promise<PlanDocument>;
  deploy(context: CommandContext, options: DeployOptions): Promise<Report>;
  rollback(context: CommandContext, options: RollbackOptions): Promise<Report>;
  releases(context: CommandContext): Promise<ReleasesDocument>;
  status(context: CommandContext): Promise<StatusDocument>;
  history(context: CommandContext, options?: HistoryOptions): Promise<HistoryDocument>;
  pin(context: CommandContext, release: string, pinned: boolean): Promise<Report>;
  prune(context: CommandContext, options: PruneOptions): Promise<Report>;
  lockStatus(context: CommandContext): Promise<LockDocument>;
  lockAcquire(context: CommandContext, reason: string): Promise<Report>;
  lockRelease(context: CommandContext, options: { readonly force?: boolean }): Promise<Report>;
}
