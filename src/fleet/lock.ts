import { HostFailure } from "../errors.ts";
import * as requests from "../host/requests.ts";
import { onAll, type Member } from "./member.ts";
import { Queue } from "./queue.ts";
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

/**
 * Lock and facts of all members, or of none (P8). Over several app roots the lowest root id goes first and alone: there contenders queue.
 * Then the rest at once; if one refuses, all are let go and everything is tried again after a random while. Throws NotOpened.
 */
export async function openAll(run: FleetRun, members: readonly Member[], reason = ""): Promise<void> {
  const queue = new Queue(run, reason);
  for (const member of members) queue.learnRoot(member, member.rootId === "" ? null : member.rootId);
  while (!(await openInOrder(queue, members))) {
    await letGoOfAll(members);
    const refused = members.filter((member) => member.error === null && !member.locked && queue.isHeld(member));
    if (refused.length === 0 && (await queue.pause())) continue;
    for (const member of refused.length > 0 ? refused : members) member.fail(queue.refusal(member), "lock");
    throw new NotOpened(members);
  }
}

/** One attempt. False: it may be tried again. */
async function openInOrder(queue: Queue, members: readonly Member[]): Promise<boolean> {
  refuseSharedRoots(queue, members);
  const [first, ...rest] = inRootOrder(queue, members);
  if (first === undefined) return true;
  const failed = await onAll([first], (member) => member.phase("lock", () => queue.turn(member)));
  if (failed.length > 0) throw new NotOpened(members);
  failed.push(...(await onAll(rest, (member) => member.phase("lock", () => queue.ask(member)))));
  if (failed.length === 0) return rest.every(({ locked }) => locked);
  await letGoOfAll(members);
  throw new NotOpened(members);
}

/** Roots that have an id, in the order of it; then new ones in the order of the configuration. */
function inRootOrder(queue: Queue, members: readonly Member[]): readonly Member[] {
  const rank = (member: Member): string => queue.rootOf(member) ?? "~";
  return members.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** Hosts that share one app root would lock each other out. */
function refuseSharedRoots(queue: Queue, members: readonly Member[]): void {
  for (const member of members) {
    const id = queue.rootOf(member);
    const other = members.find((candidate) => candidate !== member && id !== null && queue.rootOf(candidate) === id);
    if (other === undefined) continue;
    member.fail(
      new HostFailure({
        host: member.name,
        kind: "preflight",
        message: `${member.name} and ${other.name} share one app root (${member.host.root}, root id ${id}).`,
        remedy: "List only one of them in `hosts`.",
      }),
      "lock",
    );
    throw new NotOpened(members);
  }
}

/** Lets go and stays connected. */
async function letGoOfAll(members: readonly Member[]): Promise<void> {
  await onAll(
    members.filter(({ locked }) => locked),
    async (member) => {
      await member.ask(requests.unlock);
      member.setLoss(requests.loss.nothing);
      member.generation = "";
      member.tellPlace();
    },
  );
}
