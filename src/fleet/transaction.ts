import type { ByteString } from "../host/bytes.ts";
import type { HostTasks, Task } from "../config/resolved.ts";
import { factOf, type LedgerEntry, type LedgerKind } from "../release/ledger.ts";
import type { WaveReport } from "../report/report.ts";
import { formatEntry } from "../release/ledger-text.ts";
import type { Member } from "./member.ts";
import { stampOf, type FleetRun } from "./run.ts";
import type { Begun, TaskFacts } from "./tasks.ts";

/** A switch of some hosts to one release, as a transaction: what all its steps share. */
export interface Transaction {
  readonly run: FleetRun;
  readonly action: "deploy" | "rollback";
  /** Those that switch. */
  readonly members: readonly Member[];
  /** All of the environment: those that are there already are in the report too. */
  readonly everyone: readonly Member[];
  readonly release: string;
  readonly revision: string | null;
  readonly message: string;
  /** Digest of the source's tree; null for a rollback. */
  readonly tree: string | null;
  readonly fingerprints: ReadonlyMap<Member, string>;
  /** Brings hosts to what is live on others already: what a deploy does once for all of them was done then. */
  readonly joins?: boolean;
  /** What every host's `current` said before, and shall say. */
  readonly before: ReadonlyMap<Member, Link>;
  /** Tasks that were begun, in order, on all hosts. */
  readonly begun: Begun[];
  /** Aborted by an interrupt, or when some host failed: stops what is still being prepared elsewhere. */
  readonly stop: AbortController;
  /** Members whose switch was asked for: from here on they may serve the new release. */
  readonly switching: Set<Member>;
  /** Members whose switch was seen to have happened, and when, in milliseconds of the run's clock. */
  readonly landed: Map<Member, number>;
  /** How far each host has come, where that decides what becomes of it. */
  readonly course: Course;
  /** The waves that have switched. */
  readonly waves: WaveReport[];
}

/** What hosts go through, each behind a barrier. */
export type Stage =
  | "preparing"
  | "beforeSwitch"
  | "drain"
  | "standing ready"
  | "the switch"
  | "reading back"
  | "afterSwitch"
  | "old processes"
  | "checking"
  | "undrain"
  | "pausing"
  | "confirming";

/** Sets of members, see src/fleet/transact.ts. */
interface Course {
  /** Out of the load balancer, or on their way out. */
  readonly drained: Set<Member>;
  /** Failed, whatever becomes of them. */
  readonly failed: Set<Member>;
  /** Failed, and left behind: they have gone back or are going back alone. */
  readonly behind: Set<Member>;
  /** What becomes of those, each: whether it had switched. */
  readonly leaving: Promise<boolean>[];
  /** Told to confirm, heard or not. */
  readonly asked: Set<Member>;
  /** Confirmed: the release is good there. */
  readonly confirmed: Set<Member>;
  /** Keep the release although they were to go back, or may. */
  readonly keeping: Set<Member>;
  /** Each the way back of some links: settled when it is known who keeps the release. */
  readonly goingBack: Promise<unknown>[];
}

/** What a transaction has done before it begins. */
export function nothingYet(): Pick<Transaction, "begun" | "stop" | "switching" | "landed" | "course" | "waves"> {
  return {
    begun: [],
    stop: new AbortController(),
    switching: new Set(),
    landed: new Map(),
    course: {
      drained: new Set(),
      failed: new Set(),
      behind: new Set(),
      leaving: [],
      asked: new Set(),
      confirmed: new Set(),
      keeping: new Set(),
      goingBack: [],
    },
    waves: [],
  };
}

/** A link's text, and the release that it means. */
export interface Link {
  /** Empty where there is no link. */
  readonly text: ByteString;
  readonly release: string | null;
}

/** A ledger line of this transaction for one host. */
export function lineOf(tx: Transaction, member: Member, kind: LedgerKind, more: Partial<LedgerEntry> = {}): string {
  const { run, release, revision, message, tree } = tx;
  const from = tx.before.get(member)?.release ?? null;
  const fingerprint = tx.fingerprints.get(member);
  return formatEntry(
    factOf(stampOf(run, member.generation), kind, release, {
      from,
      revision,
      ...(message === "" ? {} : { message }),
      ...(tree === null ? {} : { tree }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...more,
    }),
  );
}

/** What tasks learn of this transaction on one host. */
export function taskFacts(tx: Transaction, member: Member, reason = ""): TaskFacts {
  return {
    action: tx.action,
    release: tx.release,
    previous: tx.before.get(member)?.release ?? "",
    revision: tx.revision ?? "",
    message: tx.message,
    reason,
  };
}

/** The tasks of a point that one host runs are chosen in tasks.ts; these are those of its own configuration. */
export function tasksAt({ joins }: Transaction, member: Member, point: keyof HostTasks): readonly Task[] {
  const tasks = member.host.tasks[point];
  return joins === true && point === "beforeSwitch" ? tasks.filter(({ on }) => on.kind !== "first") : tasks;
}

/** Text of the link that makes a release of this host live: relative, so it works in chroots, bind mounts and containers. */
export function linkText(member: Member, release: string): ByteString {
  return `${Buffer.from(member.host.layout.releases, "utf8").toString("latin1")}/${release}` as ByteString;
}
