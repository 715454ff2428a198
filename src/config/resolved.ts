import type { Check } from "./checks.ts";
import type { Notification } from "./notifications.ts";

/**
 * What the rest of the program works with: one environment of a configuration, with every default filled in, every override
 * applied and every path made absolute where the controller can do that.
 */
export interface ResolvedConfig {
  /** Absolute path of the file it came from. */
  readonly file: string;
  /** Folder of that file: relative local paths and sources start here. */
  readonly directory: string;
  readonly app: string;
  readonly environment: string;
  readonly source: SourceConfig;
  /** gitignore patterns of what never becomes part of the tree; `.git` is always excluded. */
  readonly exclude: readonly string[];
  /** Run on the controller, in order, in a clean export, before the tree is taken. */
  readonly build: readonly Task[];
  /** In the order of the configuration; names are unique. Where a command is for some of them, only those. */
  readonly hosts: readonly ResolvedHost[];
  /** Then all of them. Absent: `hosts` are all. */
  readonly wholeEnvironment?: readonly ResolvedHost[];
  /** How long to queue behind another running deploy, in seconds; 0 refuses at once. Nobody ever queues behind a hold. */
  readonly wait: number;
  /** In what waves hosts are switched, and what a failure means for the others. */
  readonly strategy: Strategy;
  readonly limits: Limits;
  /** Who is told how deploys and rollbacks end. */
  readonly notify: readonly Notification[];
  /** What becomes of a command that changes something where a host cannot be reached. Default: stop */
  readonly unreachable?: "stop" | "skip";
}

/** In what waves hosts are switched, and what a failure means for the others. */
export interface Strategy {
  /** Sizes of the waves, one after the other; the last one holds for all that is left. Never empty. */
  readonly waves: readonly WaveSize[];
  /** Seconds between two waves. */
  readonly pause: number;
  /** So many hosts may fail, each going back alone, before the run has failed. */
  readonly maxFailures: number;
  /** What becomes of the waves that went well when the run fails. */
  readonly onFailure: "return" | "keep";
}

/** Of a wave: a number of hosts, or a share of all of them, rounded up. */
export type WaveSize = { readonly hosts: number } | { readonly percent: number };

/** How much the controller does at the same time. */
export interface Limits {
  /** Connections that are being made. */
  readonly connect: number;
  /** Hosts to which a tree is being sent. */
  readonly send: number;
}

/** Where the tree comes from. Paths are absolute; a git `url` is used where the repository is not local. */
export type SourceConfig = GitSource | { readonly kind: "directory"; readonly path: string } | ArchiveSource;

/** A commit of a repository. */
export interface GitSource {
  readonly kind: "git";
  readonly repository: string;
  readonly ref: string;
  /** Only this folder becomes the tree; normalised. Default: all of it. */
  readonly subdirectory?: string;
}

/** An archive whose digest is known. */
export interface ArchiveSource {
  readonly kind: "archive";
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  /** How many leading folders each name loses. Default: 0 */
  readonly strip?: number;
  /** Only this folder becomes the tree; normalised. Default: all of it. */
  readonly subdirectory?: string;
}

/** One host of the environment, with everything filled in. */
export interface ResolvedHost {
  /** Label in output and reports, unique in the environment. */
  readonly name: string;
  readonly address: HostAddress;
  readonly roles: readonly string[];
  /** App root: absolute. */
  readonly root: string;
  readonly layout: LayoutNames;
  readonly keep: number;
  readonly shared: readonly SharedEntry[];
  readonly permissions: Permissions;
  /** What `prepare` tasks make and a later release may take over. */
  readonly reuse: readonly ReuseEntry[];
  readonly tasks: HostTasks;
  /** What has to pass before a switch is a success. */
  readonly check: readonly Check[];
  /** Tasks with a name, which people run by it. */
  readonly commands: Readonly<Record<string, Task>>;
  /** By name: what `logs` follows. */
  readonly logs: Readonly<Record<string, LogSource>>;
  /** For every task on this host. */
  readonly env: Readonly<Record<string, string>>;
  /** Directories in which tasks find programs first; a leading `~/` is the home of whoever runs the task. */
  readonly path: readonly string[];
  /** What runs tasks; null: the `/bin/sh` of the host, without any start-up file. */
  readonly shell: TaskShell | null;
  /** Seconds without a sign of life after which a controller or a host counts as gone. */
  readonly lease: number;
  /** Seconds for which a release that was live is safe from prune. */
  readonly grace: number;
  /** What still runs from another release behind the switch. */
  readonly oldProcesses: OldProcessesPolicy;
  /** Whether a switched host that loses its controller before confirmation goes back by itself (more than one host only). */
  readonly confirm: "return" | "keep";
  readonly durability: "flush" | "best-effort";
}

/** Seconds for which it is waited for, and what is made of what is left then. */
export interface OldProcessesPolicy {
  readonly within: number;
  readonly whenLeft: "warn" | "fail" | "ignore";
}

/** `become`: everything is done as that user, through `sudo -n`; absent: as who logs in. */
export type HostAddress =
  | { readonly kind: "local"; readonly become?: string }
  | {
      readonly kind: "ssh";
      readonly become?: string;
      readonly host: string;
      readonly user: string | null;
      readonly port: number | null;
      /** ssh_config file instead of the user's own (`ssh -F`). */
      readonly configFile: string | null;
      /** Further `-o Key=value`; what we force cannot be overridden by them. */
      readonly options: Readonly<Record<string, string>>;
    };

/** Names inside the app root. */
export interface LayoutNames {
  readonly current: string;
  readonly releases: string;
  readonly shared: string;
}

/** A file or directory that is linked into each release from shared/. */
export interface SharedEntry {
  /** Relative, normalised, the same in the release and in `shared/`. */
  readonly path: string;
  readonly kind: "dir" | "file";
  /** fail: a problem before anything changes · seed: from the release · create: empty · skip: no link. */
  readonly whenMissing: "fail" | "seed" | "create" | "skip";
}

/** Modes, group and umask of what is deployed. */
export interface Permissions {
  /** Four octal digits. Files that are executable get x wherever they have r. */
  readonly dirs: string;
  readonly files: string;
  readonly group: string | null;
  /** Directories in the release that the application writes to: made if missing, group-writable. */
  readonly writable: readonly string[];
  readonly umask: string;
}

/** Something that tasks make and that is the same as long as its key is. */
export interface ReuseEntry {
  /** In the release; relative, normalised. */
  readonly path: string;
  /** Files and directories of the tree that decide what is made; relative, normalised. */
  readonly key: readonly string[];
  /** A command whose output decides too; null: none. */
  readonly runtime: string | null;
}

/** What runs on a host, by the point at which it does. */
export interface HostTasks {
  readonly prepare: readonly Task[];
  readonly beforeSwitch: readonly Task[];
  /** Directly before the switch of this host, and behind it when all is well: out of the load balancer, and in again. */
  readonly drain: readonly Task[];
  readonly undrain: readonly Task[];
  readonly afterSwitch: readonly Task[];
  readonly finish: readonly Task[];
  readonly failed: readonly Task[];
}

/** Where log lines come from: a file (absolute), or a unit of systemd, of the system or of the user. */
export type LogSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "unit"; readonly unit: string; readonly user: boolean };

/** `exec` and `run` are no points of a deploy: a person asked for it. `check`: a check that is a command. */
export type TaskPoint = "build" | keyof HostTasks | "check" | "exec" | "run";

/** A shell that runs tasks, with its start-up files where it is asked for them. */
export interface TaskShell {
  /** Name or absolute path of a shell of the POSIX family. */
  readonly program: string;
  /** `-l` reads what a login reads, `-i` what a terminal gets; empty for neither. */
  readonly flags: "" | "-l" | "-i" | "-li";
}

/** The user's command at a named point. */
export interface Task {
  readonly run: string;
  /** `first` is the first host of the environment (of its role where the host has one), decided before any filter. */
  readonly on: { readonly kind: "all" } | { readonly kind: "first" } | { readonly kind: "role"; readonly role: string };
  /** Where it runs: the release (default) or the app root. */
  readonly in: "release" | "root";
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables of the controller's environment that this task receives. */
  readonly secrets: readonly string[];
  /** Another user, through `sudo -n`. */
  readonly as: string | null;
  /** Before the directories of the host. */
  readonly path: readonly string[];
  /** Instead of the host's; null: the host's. */
  readonly shell: TaskShell | null;
  /** Seconds. */
  readonly timeout: number;
  /** Run when the deploy is taken back after this task ran. */
  readonly undo: string | null;
  /** Path of the `reuse` entry that it makes: it is skipped where that was taken over; null: it always runs. */
  readonly makes: string | null;
}
