import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { type FindProblems, Queue } from "./queue.ts";
import { findGroups, follows, leads, part } from "./root-group.ts";
import type { FleetRun } from "./run.ts";

/** Raised for all when one member could not be opened: what was acquired has been let go. */
export class NotOpened extends Error {
  override readonly name = "NotOpened";
  readonly locked: boolean;

  constructor(members: readonly Member[]) {
    super("not opened");
    const errors = members.flatMap(({ error }) => error ?? []);
    this.locked = errors.length > 0 && errors.every(({ kind }) => kind === "locked");
  }
}

export interface OpenOptions {
  /** For whoever finds the lock. */
  readonly reason?: string | undefined;
  /** What is in the way, by more than the host itself sees. */
  readonly problems?: FindProblems;
}

const hostsOwn: FindProblems = (_, { problems }) => problems;

/**
 * Lock and facts of all members, or of none (P8). Over several app roots the lowest root id goes first and alone: there contenders queue.
 * Then the rest at once; if one refuses, all are let go and everything is tried again after a random while. Hosts that share an app root have
 * one lock, that of the first of them. Throws NotOpened.
 */
export async function openAll(run: FleetRun, members: readonly Member[], options: OpenOptions = {}): Promise<void> {
  const queue = new Queue(run, options.reason ?? "", options.problems ?? hostsOwn);
  for (;;) {
    const refused = await openInOrder(queue, members);
    if (refused.length === 0) return;
    await letGoOfAll(members);
    // A new root has its id only now: what refused us was our own lock.
    if (refused.some((member) => sharesRoot(member, members))) continue;
    if (!refused.some((member) => queue.isHeld(member)) && (await queue.pause())) continue;
    for (const member of refused) member.fail(queue.refusal(member), "lock");
    throw new NotOpened(members);
  }
}

function sharesRoot(member: Member, members: readonly Member[]): boolean {
  return members.some((other) => other !== member && leads(other) && other.rootId === member.rootId && member.rootId !== "");
}

/** One attempt. Returns those behind the first that somebody else has locked. */
async function openInOrder(queue: Queue, members: readonly Member[]): Promise<readonly Member[]> {
  findGroups(members);
  const [first, ...rest] = inRootOrder(members.filter(leads));
  if (first === undefined) return [];
  const failed = await onAll([first], (member) => member.phase("lock", () => queue.turn(member)));
  if (failed.length === 0) failed.push(...(await onAll(rest, (member) => member.phase("lock", () => queue.ask(member)))));
  const refused = rest.filter(({ locked }) => !locked);
  if (failed.length === 0 && refused.length > 0) return refused;
  if (failed.length === 0)
    failed.push(...(await onAll(members.filter(follows), (member) => member.phase("look", () => queue.join(member)))));
  if (failed.length === 0) return [];
  await tellOthers(queue, members);
  await letGoOfAll(members);
  throw new NotOpened(members);
}

/** What is in the way on one host is told together with what is in the way on the others (P9): nobody wants to hear it one by one. */
async function tellOthers(queue: Queue, members: readonly Member[]): Promise<void> {
  if (!members.some(({ error }) => error?.kind === "preflight")) return;
  const others = members.filter((member) => member.error === null && member.alive && leads(member));
  await onAll(others, (member) => member.phase("look", () => queue.look(member)));
}

/** Roots that have an id, in the order of it; then new ones in the order of the configuration. */
function inRootOrder(members: readonly Member[]): readonly Member[] {
  return members.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

function rank({ rootId }: Member): string {
  return rootId || "~";
}

/** Lets go and stays connected. */
async function letGoOfAll(members: readonly Member[]): Promise<void> {
  await onAll(
    members.filter(({ locked }) => locked),
    async (member) => {
      if (follows(member)) return part(member);
      await member.ask(requests.unlock);
      member.setLoss(loss.nothing);
      member.generation = "";
      member.tellPlace();
    },
  );
}
