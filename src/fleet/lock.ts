import { HostFailure } from "../errors.ts";
import { pair, parseFacts, type SeenLock } from "../plan/facts.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import { formatOwner } from "../plan/lock-record.ts";
import * as requests from "../host/requests.ts";
import { onAll, type Member } from "./member.ts";
import { preflightFailure } from "./preflight.ts";
import { notice, type FleetRun } from "./run.ts";

/** How much of the ledger a deciding command reads besides what is about releases that exist. */
const LEDGER_LINES = 400;

/** Raised for all when one member could not be opened: what was acquired has been let go. */
export class NotOpened extends Error {
  override readonly name = "NotOpened";
  readonly locked: boolean;

  constructor(locked: boolean) {
    super("not opened");
    this.locked = locked;
  }
}

/**
 * Lock and facts of all members, or of none (P8). Over several app roots the lowest root id goes first and alone: there contenders queue.
 * Then the rest at once; if one refuses, all are let go and everything is tried again after a random while. Throws NotOpened.
 */
export async function openAll(run: FleetRun, members: readonly Member[]): Promise<void> {
  const queue = new Queue(run);
  const ordered = members.length === 1 ? members : await inRootOrder(members);
  for (;;) {
    const [first, ...rest] = ordered;
    if (first === undefined) return;
    if (!(await openFirst(queue, first))) throw new NotOpened(true);
    const failed = await onAll(rest, (member) => openOnce(queue, member));
    if (failed.length === 0 && rest.every((member) => member.locked)) return;
    await letGoOfAll(ordered);
    if (failed.length > 0) throw new NotOpened(false);
    if (!(await queue.pause())) {
      for (const member of rest.filter(({ locked }) => !locked))
        member.fail(lockedFailure(member, queue.lastSeen(member)), "lock");
      throw new NotOpened(true);
    }
  }
}

/** Roots that have an id, in the order of it; then new ones in the order of the configuration. */
async function inRootOrder(members: readonly Member[]): Promise<readonly Member[]> {
  const ids = new Map<Member, string>();
  const failed = await onAll(members, (member) =>
    member.phase("connect", async () => {
      const [line] = await member.ask(requests.rootId);
      const id = line === undefined ? "-" : textOf(pair(line)[1]);
      ids.set(member, id === "-" ? "" : id);
    }),
  );
  if (failed.length > 0) throw new NotOpened(false);
  refuseSharedRoots(members, ids);
  const rank = (member: Member): string => ids.get(member) || "~";
  return members.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** Hosts that share one app root would lock each other out. */
function refuseSharedRoots(members: readonly Member[], ids: ReadonlyMap<Member, string>): void {
  for (const member of members) {
    const id = ids.get(member) ?? "";
    const other = members.find((candidate) => candidate !== member && id !== "" && ids.get(candidate) === id);
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
    throw new NotOpened(false);
  }
}

/** Queues until the lock is ours. False: it was refused for good. */
async function openFirst(queue: Queue, member: Member): Promise<boolean> {
  for (;;) {
    const failed = await onAll([member], (one) => openOnce(queue, one));
    if (failed.length > 0) throw new NotOpened(false);
    if (member.locked) return true;
    const seen = queue.lastSeen(member);
    if (seen?.record?.kind === "hold" || !(await queue.pause(seen, member))) {
      member.fail(lockedFailure(member, seen), "lock");
      return false;
    }
  }
}

/** Asks once. Throws where something other than the lock is in the way. */
async function openOnce(queue: Queue, member: Member): Promise<void> {
  member.setLoss(requests.loss.asking);
  const lines = await member.phase("lock", () => member.ask(queue.request(member)));
  const opened = lines.findLast((line) => line.startsWith("opened "))?.split(" ") ?? [];
  const facts = parseFacts(lines);
  if (facts.problems.length > 0) throw preflightFailure(member, facts.problems);
  if (opened[1] === undefined || opened[1] === "no") return queue.see(member, facts.lock);
  member.generation = opened[1];
  member.renamer = opened[3] ?? "";
  member.facts = facts;
  member.live = facts.release.live;
  member.previous = facts.release.live;
  member.liveKnown = true;
  member.tellPlace();
  member.setLoss(requests.loss.unlock);
  if (opened[2] !== "-") queue.tellTakeover(member);
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

function lockedFailure(member: Member, seen: SeenLock | null): HostFailure {
  const record = seen?.record;
  const who = record === null || record === undefined ? "somebody" : `${record.by} (${record.origin})`;
  const what =
    record?.kind === "hold"
      ? `held by ${who}: ${record.reason}`
      : `locked by a running ${record?.command ?? "command"} of ${who}`;
  const since = record === null || record === undefined ? "" : `, since ${record.since}`;
  const remedy =
    record?.kind === "hold"
      ? "When the reason is gone: symlink-helper lock release (add --force if the hold is not yours)"
      : "Wait for it to end, or look at it: symlink-helper lock status";
  return new HostFailure({ host: member.name, kind: "locked", message: `${member.host.root} is ${what}${since}.`, remedy });
}

/** Waiting for one's turn, and watching the heartbeat of whoever is in front. */
class Queue {
  readonly #run: FleetRun;
  readonly #deadline: number;
  readonly #candidate: string;
  readonly #seen = new Map<Member, { lock: SeenLock; since: number }>();
  #delay = 300;
  #told = "";

  constructor(run: FleetRun) {
    this.#run = run;
    this.#deadline = run.ports.elapsed() + run.context.config.wait * 1000;
    this.#candidate = run.ports.randomHex(16);
  }

  request(member: Member): ByteString {
    const { context, command, startedAt } = this.#run;
    const owner = {
      kind: "lease",
      command,
      by: context.by,
      since: startedAt.toISOString(),
      origin: context.origin,
      reason: "",
    } as const;
    const what = {
      ledgerLines: LEDGER_LINES,
      base: command === "deploy",
      shared: command === "deploy" ? member.host.shared : [],
    };
    const candidate = `${this.#candidate}${this.#run.ports.randomHex(4)}`;
    return requests.open(candidate, formatOwner(owner), this.#suspect(member), what);
  }

  see(member: Member, lock: SeenLock): void {
    const before = this.#seen.get(member);
    const same = before?.lock.generation === lock.generation && before.lock.beat === lock.beat;
    this.#seen.set(member, { lock, since: same ? before.since : this.#run.ports.elapsed() });
  }

  lastSeen(member: Member): SeenLock | null {
    return this.#seen.get(member)?.lock ?? null;
  }

  /** A heartbeat that we ourselves have watched stand still for one whole lease of its owner. Clocks of two machines are never compared. */
  #suspect(member: Member): requests.Suspect | null {
    const seen = this.#seen.get(member);
    const lease = seen?.lock.record?.kind === "lease" ? seen.lock.record.lease : Infinity;
    if (seen === undefined || this.#run.ports.elapsed() - seen.since < lease * 1000) return null;
    return seen.lock;
  }

  /** Waits a random while. False when waiting is over. */
  async pause(seen: SeenLock | null = null, member: Member | null = null): Promise<boolean> {
    const { ports, context, emit } = this.#run;
    if (ports.elapsed() >= this.#deadline || context.signal.aborted) return false;
    const owner = `${seen?.record?.command ?? "another run"} of ${seen?.record?.by ?? "somebody"}`;
    if (member !== null && this.#told !== owner) emit({ kind: "waiting", host: member.name, owner });
    this.#told = owner;
    const chance = Number.parseInt(ports.randomHex(2), 16) / 0xffff;
    await ports.sleep(this.#delay * (0.5 + chance), context.signal);
    this.#delay = Math.min(this.#delay * 1.5, 3000);
    return true;
  }

  tellTakeover(member: Member): void {
    const record = this.lastSeen(member)?.record;
    const of = record === null || record === undefined ? "an earlier run" : `the ${record.command} of ${record.by}`;
    notice(this.#run, member.name, `Took over the lock: ${of} ended without letting go of it.`);
  }
}
