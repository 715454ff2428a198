import type { DeployOptions, PackOptions, PlanOptions } from "./deploy-options.ts";
import type { WrittenEnvironmentView } from "./config/read.ts";
import type { ResolvedConfig } from "./config/resolved.ts";
import type { ConfigDocument } from "./report/config-document.ts";
import type { CheckDocument } from "./report/check-document.ts";
import type { CiOptions } from "./pipeline/options.ts";
import type { Tested } from "./library/ci.ts";
import type { Caller } from "./report/command-line.ts";
import type { Event } from "./report/events.ts";
import type { HistoryDocument } from "./report/history-document.ts";
import type { LockDocument, PlanDocument, ReleasesDocument } from "./report/documents.ts";
import type { StatusDocument } from "./report/status-document.ts";
import type { CommandsDocument, ExecDocument, LogsDocument } from "./report/hands.ts";
import type { InitDocument } from "./report/init-document.ts";
import type { PackDocument } from "./report/pack-document.ts";
import type { PipelineDocument } from "./report/pipeline-document.ts";
import type { Report } from "./report/report.ts";
import type { SharedDiffDocument, SharedGetDocument, SharedListDocument } from "./report/shared-documents.ts";
import type { VerifyDocument } from "./report/verify-document.ts";

export type * from "./deploy-options.ts";

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
  /** The commit that the CI job tested which this runs in: deployed instead of what its branch is by now. Default: none. */
  readonly tested?: Tested;
  /** How the program was called, for the commands that people are told to type. Default: by its full name, without `--config`. */
  readonly caller?: Caller;
  /** The configuration as it was written, and where: for `config`, which else tells no origins. */
  readonly written?: WrittenEnvironmentView;
}

/** Where a rollback goes; default: the last release that was live and good before the present one. */
export interface RollbackOptions {
  readonly to?: string;
  /** Refuse unless this is what is live (a safeguard for scripts). */
  readonly from?: string;
  readonly force?: boolean;
  /** Hosts that lack the release, or where it is not good, are left as they are, named in the report as `skipped`. */
  readonly leaveLacking?: boolean;
  /** Asked where going back might be a mistake (just after an automatic return); absent: refused. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

/** How much of the past. */
export interface HistoryOptions {
  /** Only the last so many runs. Default: all that the hosts tell of. */
  readonly limit?: number;
}

/** `keep` instead of what is configured; `dryRun` only tells what would go. */
export interface PruneOptions {
  readonly keep?: number;
  readonly dryRun?: boolean;
}

/** Of what concerns one file of shared/; `path` is relative to it. */
export interface SharedOptions {
  readonly path: string;
  /** Only this host of the environment. Default: all. */
  readonly host?: string;
}

/** New content for a file of shared/. */
export interface SharedPutOptions extends SharedOptions {
  /** Absolute path of a local file, or the content itself. */
  readonly from: string | Uint8Array;
  /** Also where the path is not configured as shared. */
  readonly force?: boolean;
}

/** A file of shared/, and where to write it. */
export interface SharedGetOptions extends SharedOptions {
  /** Absolute path of a local file to write, 0600. Default: the text is in the answer. */
  readonly to?: string;
  /** Overwrite that file. */
  readonly force?: boolean;
}

/** A file of shared/, and what to compare it with. */
export interface SharedDiffOptions extends SharedOptions {
  /** Absolute path of a local file to compare with, or the content itself. Default: the first host that has the file. */
  readonly from?: string | Uint8Array;
}

/** Which release to look at. */
export interface VerifyOptions {
  /** Default: what is live on each host. */
  readonly release?: string;
}

/** Which hosts; default: all of the environment. Of both, whoever is named by one. */
interface Chosen {
  readonly hosts?: readonly string[];
  readonly roles?: readonly string[];
}

/** A command for hosts, and where it runs there. */
export interface ExecOptions extends Chosen {
  /** One word is shell text; several are a program and its literal arguments. */
  readonly command: readonly string[];
  /** `current`, `root` or the id of a release. Default: the live release, where there is none the root. */
  readonly in?: string;
  /** Another user, through `sudo -n`. */
  readonly as?: string;
  /** Seconds; default: 30 minutes. */
  readonly timeout?: number;
}

/** What a named command of the configuration is given. */
export interface RunOptions extends Chosen {
  /** Literal arguments: `"$@"` of the command, and appended to one that does not take them by itself. */
  readonly args?: readonly string[];
}

/** Which host to open a shell on, and where. */
export interface ShellOptions {
  /** May be left out where the environment has only one. */
  readonly host?: string;
  /** In the app root instead of the live release. */
  readonly root?: boolean;
}

/** Which logs, and how much of them. */
export interface LogsOptions extends Chosen {
  /** Default: all that the hosts have. */
  readonly name?: string;
  /** How many of the last lines first; default 10. */
  readonly lines?: number;
  /** Go on until the signal aborts; default. Else the last lines, and that is all. */
  readonly follow?: boolean;
}

/** What `init` is told of a project, and whom it may ask. */
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
  /** Writes a pipeline for a CI system. Asks no host. */
  ci(options: CiOptions): Promise<PipelineDocument>;
  setup(context: CommandContext): Promise<Report>;
  check(context: CommandContext): Promise<CheckDocument>;
  plan(context: CommandContext, options: PlanOptions): Promise<PlanDocument>;
  /** Writes what a deploy would ship as one archive, for {@link DeployOptions.archive}. Contacts no host. */
  pack(context: CommandContext, options: PackOptions): Promise<PackDocument>;
  deploy(context: CommandContext, options: DeployOptions): Promise<Report>;
  rollback(context: CommandContext, options: RollbackOptions): Promise<Report>;
  releases(context: CommandContext): Promise<ReleasesDocument>;
  status(context: CommandContext): Promise<StatusDocument>;
  history(context: CommandContext, options?: HistoryOptions): Promise<HistoryDocument>;
  pin(context: CommandContext, release: string, pinned: boolean): Promise<Report>;
  prune(context: CommandContext, options: PruneOptions): Promise<Report>;
  sharedList(context: CommandContext, options?: { readonly host?: string }): Promise<SharedListDocument>;
  /** Gives a file of shared/ new content on all hosts, or on none. */
  sharedPut(context: CommandContext, options: SharedPutOptions): Promise<Report>;
  sharedGet(context: CommandContext, options: SharedGetOptions): Promise<SharedGetDocument>;
  sharedDiff(context: CommandContext, options: SharedDiffOptions): Promise<SharedDiffDocument>;
  verify(context: CommandContext, options?: VerifyOptions): Promise<VerifyDocument>;
  exec(context: CommandContext, options: ExecOptions): Promise<ExecDocument>;
  /** The named commands of the configuration; asks no host. */
  commands(context: CommandContext): Promise<CommandsDocument>;
  run(context: CommandContext, name: string, options?: RunOptions): Promise<ExecDocument>;
  /** A shell on this terminal. Resolves to its exit code. */
  ssh(context: CommandContext, options?: ShellOptions): Promise<number>;
  logs(context: CommandContext, options?: LogsOptions): Promise<LogsDocument>;
  lockStatus(context: CommandContext): Promise<LockDocument>;
  lockAcquire(context: CommandContext, reason: string): Promise<Report>;
  lockRelease(context: CommandContext, options: { readonly force?: boolean }): Promise<Report>;
  /** The configuration with everything filled in, and where each value comes from. Contacts no host. */
  config(context: CommandContext): Promise<ConfigDocument>;
}
