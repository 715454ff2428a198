import type { WrittenCheck } from "./written-checks.ts";
import type { WrittenLog } from "./written-logs.ts";
import type { WrittenNotify } from "./written-notify.ts";
import type { WrittenInventory } from "./written-inventory.ts";
import type { WrittenSource } from "./written-source.ts";
import type { WrittenOldProcesses, WrittenReload } from "./written-reload.ts";
import type { WrittenLimits, WrittenStrategy } from "./written-strategy.ts";
import type { Duration, Role, WrittenVariables } from "./written-values.ts";

/**
 * A configuration as people write it: what `defineConfig` takes. After the schema every value is of its kind and fine by itself;
 * nothing is filled in or put together.
 */
export interface WrittenConfig extends WrittenSettings, WrittenWhole {
  /** By name: settings for one environment, and its `hosts`. */
  readonly environments: Readonly<Record<string, WrittenEnvironment>>;
}

/** Overrides everything above it but the environments. */
export interface WrittenEnvironment extends WrittenSettings, WrittenWhole {
  /** The hosts of this environment: a list, or whatever names them. */
  readonly hosts: readonly (string | WrittenHost)[] | WrittenInventory;
}

/** Overrides the settings for one host. */
export interface WrittenHost extends WrittenSettings {
  /** Where it is: `local`, `web1`, `deploy@web1.example.org:2222`, `deploy@[2001:db8::1]`; or several: `web[01:20]`. */
  readonly host: string;
  /** Who to log in as, instead of in `host`. Otherwise ssh chooses. */
  readonly user?: string;
  /** Instead of in `host`. Otherwise ssh chooses. */
  readonly port?: number;
  /** What it is called in output; of several, a range as well. Otherwise its host. */
  readonly name?: string;
  /** Words, for `on` of tasks. Default: [] */
  readonly roles?: readonly string[];
}

/** What holds for a deploy as a whole: no host can have its own. */
export interface WrittenWhole {
  /** Name of the application, for people. */
  readonly app?: string;
  /** Where the files come from: a commit of a git repository, a directory, or an archive. */
  readonly source?: WrittenSource;
  /** Patterns as in a `.gitignore`, of what is not deployed. `.git` never is. Default: [] */
  readonly exclude?: readonly string[];
  /**
   * How long to queue behind another run: seconds, or a text such as `30s`, `2m`, `1h30m`. `0` refuses at once. Default:
   * "10m"
   */
  readonly wait?: Duration;
  /** In what waves hosts are switched, and what a failure means for the others. Default: {} */
  readonly strategy?: WrittenStrategy;
  /** How much this machine does at the same time, where there are many hosts. Default: {} */
  readonly limits?: WrittenLimits;
  /** Who is told how deploys and rollbacks end. Default: [] */
  readonly notify?: readonly WrittenNotify[];
  /** What becomes of a deploy where a host cannot be reached: `stop`, or `skip` that host, with a warning. Default: "stop" */
  readonly unreachable?: "stop" | "skip";
}

/** What each host can have of its own. */
export interface WrittenSettings {
  /**
   * The app root: the directory with `current`, `releases` and `shared`. Absolute; for `local` it may be relative to this
   * file.
   */
  readonly root?: string;
  /** Names in the app root. Default: {} */
  readonly layout?: WrittenLayout;
  /** Good releases to keep, the live one among them, pinned ones besides. Default: 5 */
  readonly keep?: number;
  /** What belongs to the machine and is linked into each release from `shared/`. Default: {} */
  readonly shared?: WrittenSharedLists;
  /** Modes, group and umask of what is deployed. Default: {} */
  readonly permissions?: WrittenPermissions;
  /**
   * What `prepare` tasks make and a new release takes over from an earlier one as long as its key is the same. Default: []
   */
  readonly reuse?: readonly WrittenReuse[];
  /** Commands of yours, by the point at which they run. Default: {} */
  readonly tasks?: WrittenTasks;
  /** What has to pass on each host behind its switch, before success is said: a check, or a list of these. Default: [] */
  readonly check?: WrittenCheck | readonly WrittenCheck[];
  /** By name: what `run NAME` runs. A command, or a map like a task without `undo`. Default: {} */
  readonly commands?: Readonly<Record<string, WrittenCommand>>;
  /** By name: what `logs` follows. A file, or a unit of systemd. Default: {} */
  readonly logs?: Readonly<Record<string, WrittenLog>>;
  /** Variables for every task. What is secret belongs into `secrets` of a task. Default: {} */
  readonly env?: WrittenVariables;
  /** Directories where tasks look for programs before `PATH`; `~/` is the home of whoever runs the task. Default: [] */
  readonly path?: readonly string[];
  /**
   * What runs tasks: `bash`, `bash -l` (with its profile), `bash -li` (and `.bashrc`), or another of its family. Otherwise
   * `/bin/sh`, no start-up file.
   */
  readonly shell?: string;
  /** Log in as you do, but do everything as this user, through `sudo -n`. */
  readonly become?: string;
  /** After so long without a sign of life, controller or host counts as gone. Default: "30s" */
  readonly lease?: Duration;
  /** So long after a release ceased to be live it is not pruned; on NFS a minute at least. Default: "60s" */
  readonly grace?: Duration;
  /** What still runs from another release behind the switch: how long that is waited for. Default: {} */
  readonly oldProcesses?: WrittenOldProcesses;
  /**
   * What a host does that has switched and loses the controller before the confirmation, where there are several hosts: go
   * back, or keep the new release. Default: "return"
   */
  readonly confirm?: "return" | "keep";
  /**
   * `flush`: no switch before the release is on disk. `best-effort`: if that takes longer than 5 minutes, go on with a
   * warning. Default: "flush"
   */
  readonly durability?: "flush" | "best-effort";
  /** How hosts are reached. Default: {} */
  readonly ssh?: WrittenSsh;
}

/** Names in the app root, as they are written. */
export interface WrittenLayout {
  /** Name of the link. Default: "current" */
  readonly current?: string;
  /** Name of the directory of releases. Default: "releases" */
  readonly releases?: string;
  /** Name of the directory of what is shared. Default: "shared" */
  readonly shared?: string;
}

/** How hosts are reached, as it is written. */
export interface WrittenSsh {
  /** Another file than your `~/.ssh/config`, relative to this file. */
  readonly config?: string;
  /** Options as for `ssh -o`, by name; what would weaken the connection is refused. Default: {} */
  readonly options?: WrittenVariables;
}

/** What is shared, as it is written. */
export interface WrittenSharedLists {
  /** Directories that are linked into each release. Default: [] */
  readonly dirs?: readonly WrittenShared[];
  /** Files that are linked into each release. Default: [] */
  readonly files?: readonly WrittenShared[];
}

/** A path, or a path and what to do where it is missing. */
export type WrittenShared = string | WrittenSharedEntry;

/** One shared path, and what to do where it is missing. */
export interface WrittenSharedEntry {
  /** The same in the release and in `shared/`. */
  readonly path: string;
  /**
   * If it is missing in `shared/`: `fail` stops the deploy before anything changes (otherwise for files), `create` makes
   * it, empty (otherwise for directories), `seed` takes it from the release, once, `skip` does not link it.
   */
  readonly whenMissing?: "fail" | "seed" | "create" | "skip";
}

/** What tasks make and an earlier release of the host may already have, as it is written. */
export interface WrittenReuse {
  /** A directory or file in the release that tasks make, such as `node_modules`. */
  readonly path: string;
  /** Files of the tree that decide what is made, such as `package-lock.json`. */
  readonly key: readonly string[];
  /** A command whose output decides too, such as `node --version`; it runs in the app root, also for `plan`. */
  readonly runtime?: string;
}

/** Modes, group and umask, as they are written. */
export interface WrittenPermissions {
  /** Mode of directories that are deployed, in quotes. Default: "0755" */
  readonly dirs?: string;
  /** Mode of files, in quotes; executable ones get `x` wherever they have `r`. Default: "0644" */
  readonly files?: string;
  /** Group of the release; the deploy user must be a member. */
  readonly group?: string;
  /** Directories in the release that the application writes to: made if missing, writable for user and group. Default: [] */
  readonly writable?: readonly string[];
  /** For tasks, in quotes. Default: "0022" */
  readonly umask?: string;
}

/** A host's own have no `build`. */
export interface WrittenTasks {
  /** On the machine you deploy from, in a clean export of the commit, before the tree is taken. Default: [] */
  readonly build?: WrittenTaskList;
  /** On each host, in the new release, nothing switched. Default: [] */
  readonly prepare?: WrittenTaskList;
  /** When all hosts have prepared: migrations. Default: [] */
  readonly beforeSwitch?: WrittenTaskList;
  /** On each host directly before its switch: out of the load balancer. Default: [] */
  readonly drain?: WrittenTaskList;
  /** When the hosts of a wave have switched, and when they have gone back: reload. Default: [] */
  readonly afterSwitch?: WrittenTaskList;
  /** When all is well with the hosts of a wave, and on a host that was drained and goes back: into the load balancer. Default: [] */
  readonly undrain?: WrittenTaskList;
  /** When all is confirmed. A failure is a warning. Default: [] */
  readonly finish?: WrittenTaskList;
  /** When a run failed after it had begun to change something, with `SLH_REASON`. Default: [] */
  readonly failed?: WrittenTaskList;
}

/** A command, a map with `run`, or a list of these. */
export type WrittenTaskList = string | WrittenTask | readonly (string | WrittenTask)[];

/** A task with more than its command. */
export interface WrittenTask {
  /** What a POSIX shell runs. */
  readonly run?: string;
  /** Instead of `run`: the service that is to go on with the live release. Not for `build`. */
  readonly reload?: WrittenReload;
  /** Which hosts: `all`, `first` (the first of the environment), or a role. Not for `build`. Default: "all" */
  readonly on?: "all" | "first" | Role;
  /** Where: in the release, or in the app root. Not for `build`. Default: "release" */
  readonly in?: "release" | "root";
  /** Variables for this task alone. Default: {} */
  readonly env?: WrittenVariables;
  /** Names of variables of the machine you deploy from, that this task gets. Default: [] */
  readonly secrets?: readonly string[];
  /** Another user, through `sudo -n -u`. Not for `build`. */
  readonly as?: string;
  /** As for the host, and before those. Not for `build`. Default: [] */
  readonly path?: readonly string[];
  /** Instead of that of the host. Not for `build`. */
  readonly shell?: string;
  /** Then it is stopped, with all it started, and has failed. Default: "30m" */
  readonly timeout?: Duration;
  /** What is run where this task was begun, if the deploy is taken back. Not for `build`. */
  readonly undo?: string;
  /** Path of the `reuse` entry that it makes: skipped where that was taken over. Only for `prepare`. */
  readonly makes?: string;
}

/** A task with a name, which people run by it. */
export type WrittenCommand = string | Omit<WrittenTask, "undo" | "makes">;
