import { textOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { pair, parseFacts } from "../plan/facts.ts";
import { someHosts } from "../report/group.ts";
import { NotOpened } from "./lock.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { preflightFailure } from "./preflight.ts";
import { lockedFailure } from "./queue.ts";
import { findGroups, leads } from "./root-group.ts";
import { warn, type FleetRun } from "./run.ts";
import { indispensable } from "./skip.ts";

export interface ReachOptions {
  /** Hosts that are only looked at for the sake of the others: the run goes on without those that cannot be reached. Default: none. */
  readonly besides?: (member: Member) => boolean;
  /** Whether what comes before the switch is run, or said to be. Default: as the command does. */
  readonly ships?: boolean;
  /** Whether their app roots are left alone: nothing is kept there for the conversation. */
  readonly hands?: boolean;
}

/**
 * First contact with all: who cannot be reached is known before anything else is done. Returns those that the run goes on with: all, but for
 * hosts that cannot be reached where those are to be left out (`unreachable: skip`). Throws NotOpened.
 */
export async function reachAll(
  run: FleetRun,
  members: readonly Member[],
  options: ReachOptions = {},
): Promise<readonly Member[]> {
  const { besides = () => false, hands = false } = options;
  const { signal } = run.context;
  for (const member of members) holdBack(run, member, besides(member));
  const failed = await onAll(members, (member) =>
    member.phase("connect", async () => {
      await member.connect({ signal, hands });
      const [line] = await member.ask(requests.rootId);
      const id = line === undefined ? "-" : textOf(pair(line)[1]);
      member.rootId = id === "-" ? "" : id;
    }),
  );
  for (const member of members) member.holds = NONE;
  findGroups(members.filter(({ alive }) => alive));
  if (failed.length === 0) return members;
  const skipped = skipLost(run, members, options);
  if (failed.some((member) => !skipped.includes(member))) {
    tellOfSkipping(run, failed, options);
    throw new NotOpened(members);
  }
  if (SWITCHING.has(run.command) && !skipped.every(besides)) warn(run, null, `Once it can be reached again: ${howToBring(run)}`);
  await onAll(skipped, (member) => member.close());
  return members.filter((member) => !skipped.includes(member));
}

/** Where nobody is home. A host that refuses the login or shows another key is there, and something is wrong with it. */
const MAY_BE_SKIPPED: ReadonlySet<string> = new Set(["unreachable", "connection-lost", "hung"]);
const NONE: ReadonlySet<string> = new Set();
const SWITCHING: ReadonlySet<string> = new Set(["deploy", "rollback"]);
/** Commands that have the option. */
const MAY_SKIP: ReadonlySet<string> = new Set(["deploy", "rollback", "setup", "pin", "unpin", "prune", "shared put"]);
/** Of these tasks run before the switch, or it is said that they would. */
const SHIPPING: ReadonlySet<string> = new Set(["deploy", "plan", "check"]);

/** Hosts that were not there when the others went back may serve what came after: which of both was meant, a person says. */
function howToBring({ command, commands }: FleetRun): string {
  return command === "rollback" ? commands("status") : commands("deploy", "--only-behind");
}

/** Where nothing is in the way but hosts that could have been left out: that there is a way to say so. */
function tellOfSkipping(run: FleetRun, failed: readonly Member[], { ships = SHIPPING.has(run.command) }: ReachOptions): void {
  const { config, signal } = run.context;
  const lost = failed.every(({ error }) => MAY_BE_SKIPPED.has(error?.kind ?? ""));
  if (!lost || !MAY_SKIP.has(run.command) || config.unreachable === "skip" || signal.aborted) return;
  const hosts = failed.map(({ host }) => host);
  if (indispensable(config, hosts, { ships }) !== null) return;
  const names = someHosts(failed.map(({ name }) => name));
  warn(run, null, `To go on without ${names}: the same command again, with --skip-unreachable`);
}

/** That this host cannot be reached is no failure yet, where such hosts may be left out. */
export function holdBack(run: FleetRun, member: Member, besides = false): void {
  member.holds = besides || run.context.config.unreachable === "skip" ? MAY_BE_SKIPPED : NONE;
}

/** Decides about all whose failure was held back: those that the run goes on without, or none, and then each failure is told. */
export function skipLost(run: FleetRun, members: readonly Member[], options: ReachOptions = {}): readonly Member[] {
  const lost = members.filter(({ held }) => held !== null);
  const failed = members.some(({ error }) => error !== null);
  if (lost.length > 0 && !failed && maySkip(run, lost, options)) return skip(run, lost, options);
  lost.forEach((member) => member.failAsHeld());
  return [];
}

function maySkip(run: FleetRun, lost: readonly Member[], { ships = SHIPPING.has(run.command) }: ReachOptions): boolean {
  const { config, signal } = run.context;
  if (signal.aborted) return false;
  const hosts = lost.map(({ host }) => host);
  const why = indispensable(config, hosts, { ships });
  if (why !== null) warn(run, null, `No host is skipped: ${run.masker(why)}.`);
  return why === null;
}

/** A person asked for it, so it is no failure, but told. */
function skip(run: FleetRun, lost: readonly Member[], { besides = () => false }: ReachOptions): readonly Member[] {
  run.leftAlone.push(...lost);
  for (const member of lost) {
    const { name, held } = member;
    const how = besides(member) ? "Not asked what is live there" : "Skipped, and left as it is";
    run.emit({ kind: "skipped", host: name });
    warn(run, name, `${how}, since it cannot be reached. ${held?.message ?? ""}`.trimEnd());
  }
  return lost;
}

/** Whatever would stop a deploy anyhow is told before a long build, not behind it: what is in the way, and a hold. Throws NotOpened. */
export async function lookAhead(run: FleetRun, members: readonly Member[]): Promise<void> {
  const failed = await onAll(members.filter(leads), (member) => member.phase("look", () => lookAt(run, member)));
  if (failed.length > 0) throw new NotOpened(members);
}

async function lookAt(run: FleetRun, member: Member): Promise<void> {
  const { shared } = member.host;
  const { problems, user, lock } = parseFacts(await member.ask(requests.look({ ledgerLines: 0, base: false, shared })));
  if (problems.length > 0) throw preflightFailure(member, problems, user);
  if (lock.record?.kind === "hold") throw lockedFailure(run, member, lock.record);
}
