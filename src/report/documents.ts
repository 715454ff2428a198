import type { NotifyPlanRow } from "./notification-document.ts";
import type { Commits, ErrorReport } from "./report.ts";

/** States of a release, in the words of `releases`. */
export type ReleaseState =
  /** Being made by a run that holds the lock, or left behind by one that died. */
  | "preparing"
  /** Complete, on disk, never live. */
  | "sealed"
  /** Live now or once, never confirmed. */
  | "live"
  /** Was live and confirmed. */
  | "good"
  | "failed"
  | "returned"
  /** Found live at first contact. */
  | "adopted"
  /** A directory nobody recorded. */
  | "unknown";

/** The answer of `releases`. */
export interface ReleasesDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  readonly hosts: readonly HostReleases[];
}

/** The releases of one host. */
export interface HostReleases extends Current {
  readonly host: string;
  /** The host that has the same app root, and with it the same releases. Absent where there is none. */
  readonly sharesRootWith?: string;
  readonly live: string | null;
  readonly releases: readonly ReleaseRow[];
  readonly error: ErrorReport | null;
}

/** What `current` is on a host where no release is live. */
export interface Current {
  /** Where it is a link, but not to a release; else null. */
  readonly elsewhere?: Elsewhere | null;
  /** Where it is no link; else null. `file`: also whatever else is no directory. */
  readonly inPlace?: "directory" | "file" | null;
}

/** Where `current` leads if not to a release. */
export interface Elsewhere {
  /** Of the link. */
  readonly text: string;
  /** The release into which it leads. */
  readonly within: string | null;
  /** It leads to nothing: what is served from there is down. */
  readonly dangling: boolean;
}

/** One release on a host. */
export interface ReleaseRow {
  readonly id: string;
  readonly state: ReleaseState;
  readonly revision: string | null;
  /** ISO 8601, null where nobody recorded it. */
  readonly createdAt: string | null;
  readonly by: string | null;
  readonly message: string | null;
  readonly pinned: boolean;
  readonly bytes: number | null;
  /** Where its tree was live before, if it was taken from there. */
  readonly promotedFrom?: { readonly environment: string; readonly release: string };
}

/** Who holds a lock, since when and why. */
export interface LockStatus {
  readonly generation: number;
  /** lease: a running command, dies with it · hold: set by a person. */
  readonly kind: "lease" | "hold";
  readonly by: string;
  readonly since: string;
  readonly reason: string;
  readonly origin: string;
  readonly command: string;
}

/** The answer of `lock status`. */
export interface LockDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  readonly hosts: readonly {
    readonly host: string;
    readonly lock: LockStatus | null;
    readonly error: ErrorReport | null;
  }[];
}

/** What `plan` shows: what `deploy` will do, per host. */
export interface PlanDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** Hosts that cannot be reached, and that a deploy goes on without (`unreachable: skip`). */
  readonly skipped?: readonly string[];
  readonly revision: string | null;
  /** Null where only a build will decide. */
  readonly tree: string | null;
  readonly label: string;
  readonly files: number | null;
  readonly bytes: number | null;
  readonly outcome: "deploy" | "unchanged" | "blocked";
  /** What was to be deployed in the place of the configured source, and how; none where nothing was said. */
  readonly asked?: PlanAsked;
  /** From git: what lies between what is live and this. Null where that is not known, or hosts serve different commits. */
  readonly commits?: Commits | null;
  /** Hosts that would be switched at once, one wave after the other; absent where all would be. */
  readonly waves?: readonly (readonly string[])[];
  /** Who would be told how it ends; none where nobody would. */
  readonly notify?: readonly NotifyPlanRow[];
  readonly hosts: readonly HostPlanDocument[];
  readonly warnings: readonly string[];
}

/** What `plan` was told, for a deploy that carries it out. */
export interface PlanAsked {
  /** The release of another environment whose tree it is. */
  readonly from?: { readonly environment: string; readonly release: string };
  readonly ref?: string;
  readonly directory?: string;
  readonly archive?: { readonly path: string; readonly sha256: string; readonly strip?: number };
  readonly fresh?: boolean;
}

/** What will be done about one shared entry. */
export interface SharedPlanRow {
  readonly path: string;
  readonly action: "link" | "create" | "seed" | "skip";
  /** Files of the tree that the link takes the place of: tracked, but in no release. */
  readonly hides: number;
  /** The first of them, where there are any. */
  readonly hidden?: readonly string[];
}

/** What an entry of `reuse` comes to. */
export interface ReusePlanRow {
  readonly path: string;
  /** The release it would be copied from; null where it is made anew. */
  readonly from: string | null;
  readonly bytes: number | null;
  /** Tasks that would not be run then. */
  readonly skipped: readonly string[];
}

/** A task that will run. */
export interface TaskPlanRow {
  readonly point: string;
  readonly run: string;
  /** Which hosts run it: `all`, `first`, or `role NAME`. */
  readonly on?: string;
  /** What undoes it; null where nothing does. */
  readonly undo?: string | null;
  /** It would not be run: what it makes is taken over (`reuse`). */
  readonly skipped?: boolean;
}

/** What a plan was made from on one host: a saved plan is carried out only where all of it is the same. */
export interface HostBasis {
  /** Text of the link `current`; null where there is none. */
  readonly current: string | null;
  readonly releases: readonly string[];
  /** SHA-256 of the last entry of the ledger; null where it has none. */
  readonly ledger: string | null;
  /** SHA-256 over tree, tasks, environment and rules. */
  readonly fingerprint: string;
  /** SHA-256 over everything that is configured for the host, and who is told. */
  readonly settings: string;
}

/** What a deploy would do on one host. */
export interface HostPlanDocument extends Current {
  /** Null where the host was not reached. */
  readonly basis?: HostBasis | null;
  readonly host: string;
  /** The host that has the same app root: what is done to that is planned there. Absent where there is none. */
  readonly sharesRootWith?: string;
  readonly root: string;
  readonly live: string | null;
  readonly unchanged: boolean;
  /** Directories and files that `setup` will create. */
  readonly create: readonly string[];
  /** Null where only a build will decide. */
  readonly send: { readonly files: number; readonly bytes: number } | null;
  readonly copy: { readonly files: number; readonly bytes: number; readonly from: readonly string[] } | null;
  readonly shared: readonly SharedPlanRow[];
  /** Where there is `reuse`; null where only a build will decide. */
  readonly reuse?: readonly ReusePlanRow[] | null;
  readonly tasks: readonly TaskPlanRow[];
  /** Where there are checks: what each is and demands. */
  readonly checks?: readonly string[];
  readonly prune: readonly string[];
  /** Debris of earlier runs that will be cleaned. */
  readonly clean: readonly string[];
  readonly problems: readonly string[];
  readonly lock: LockStatus | null;
  readonly error: ErrorReport | null;
}
