import type { HostFacts } from "../../src/release/facts.ts";
import { factOf, type LedgerEntry, type LedgerKind, type Stamp } from "../../src/release/ledger.ts";
import { type Debris, findDebris, leftMeanwhile } from "../../src/release/recovery.ts";

/**
 * A host in memory on which runs happen step by step, in the order in which DESIGN 7 and 8 have them, so that a test can stop one
 * after any step. It obeys; it decides nothing: what to go back to or to remove is what is being tested.
 */
export interface World {
  live: string | null;
  /** What a run of ours last told or found to be live. What others made live in between nobody knows of. */
  seen: string | null;
  readonly dirs: Map<string, Directory>;
  entries: LedgerEntry[];
  /** Seconds, true time; the host's clock is off by `offset`. */
  now: number;
  offset: number;
  runs: number;
}

interface Directory {
  sealed: boolean;
  /** When it was last left, by the host's clock, as far as the host noted it. */
  left: number | null;
  /** When it was last left, truly, if anybody can know that it was live; and whether the host's clock has jumped ahead since. */
  trulyLeft?: number;
  misled?: boolean;
}

export type Step = (world: World) => void;

export function emptyWorld(): World {
  return { live: null, seen: null, dirs: new Map(), entries: [], now: 1_000_000, offset: 0, runs: 0 };
}

/** Runs the given runs one after the other, all their steps. */
export function worldAfter(...runs: readonly (readonly Step[])[]): World {
  const world = emptyWorld();
  for (const run of runs) play(world, run);
  return world;
}

export function play(world: World, steps: readonly Step[], until: number = steps.length): void {
  world.runs += 1;
  for (const step of steps.slice(0, until)) step(world);
  world.now += 100;
}

export function factsOf(world: World): HostFacts {
  const clock = world.now + world.offset;
  const releases = [...world.dirs].map(([id, { sealed, left }]) => {
    return { id, sealed, leftAgo: left === null ? null : clock - left, bytes: sealed ? 1000 : null };
  });
  return { live: world.live, releases, entries: world.entries };
}

export function stampOf(world: World, command: string): Stamp {
  const at = new Date(world.now * 1000).toISOString();
  return { at, by: "ann@laptop", run: `run${world.runs}`, generation: world.runs, command };
}

/** What every command does first, under the lock. */
export function recover(world: World, command = "deploy"): Debris {
  world.runs += 1;
  const debris = findDebris(factsOf(world), stampOf(world, command));
  world.entries.push(...debris.entries);
  for (const id of debris.discard) world.dirs.delete(id);
  for (const id of leftMeanwhile(debris)) noted(world, null, id);
  noted(world, world.live, null);
  world.seen = world.live;
  return debris;
}

function note(
  command: string,
  kind: LedgerKind,
  release: string,
  more: (world: World) => Partial<LedgerEntry> = () => ({}),
): Step {
  return (world) => void world.entries.push(factOf(stampOf(world, command), kind, release, more(world)));
}

/** Other hands move the link. The host notes nothing. */
export function link(target: string | null): Step {
  return (world) => {
    const left = world.live === null || world.live !== world.seen ? undefined : world.dirs.get(world.live);
    if (left !== undefined && world.live !== target) left.trulyLeft = world.now;
    world.live = target;
  };
}

/** A run of ours moves it. Until that is told, nobody can say how often it was moved. */
function move(target: string | null): Step {
  return (world) => {
    const left = world.live;
    link(target)(world);
    world.seen = null;
    if (left !== target) noted(world, target, left);
  };
}

/** What the host notes when it switches, or finds that others have. */
function noted(world: World, live: string | null, before: string | null): void {
  const [arrived, left] = [world.dirs.get(live ?? ""), world.dirs.get(before ?? "")];
  if (arrived !== undefined) arrived.left = null;
  if (left !== undefined) Object.assign(left, { left: world.now + world.offset, misled: false });
}

/** With this fact the ledger tells what is live. */
function told(fact: Step): Step {
  return (world) => {
    fact(world);
    world.seen = world.live;
  };
}

/** The commit of which a release is made. */
export function revisionOf(id: string): string {
  return Buffer.from(id).toString("hex").padEnd(40, "0");
}

const prepared = (id: string): Step[] => [
  note("deploy", "preparing", id),
  (world) => void world.dirs.set(id, { sealed: false, left: null }),
  (world) => void world.dirs.set(id, { sealed: true, left: null }),
  note("deploy", "sealed", id, () => ({ bytes: 1000, revision: revisionOf(id), tree: `tree-${id}`, fingerprint: `print-${id}` })),
];

const confirm = (command: string, id: string, from: string | null): Step => note(command, "good", id, () => ({ from }));

function takeBack(command: string, id: string, from: string | null): Step[] {
  return [move(from), told(note(command, "returned", id, () => ({ from, reason: "afterSwitch failed" })))];
}

function switched(command: string, id: string, from: string | null): Step[] {
  return [note(command, "switching", id, () => ({ from })), move(id), told(note(command, "live", id, () => ({ from })))];
}

/** Steps 1 to 4 prepare, 5 is the intent, 6 the rename, 7 tells that it is live, 8 confirms it. */
export function deploy(id: string, from: string | null): Step[] {
  return [...prepared(id), ...switched("deploy", id, from), confirm("deploy", id, from)];
}

/** A deploy whose tasks after the switch failed. */
export function returnedDeploy(id: string, from: string | null): Step[] {
  return [...prepared(id), ...switched("deploy", id, from), ...takeBack("deploy", id, from)];
}

/** A deploy that fails while preparing and cleans up, or while it is complete already. */
export function failedDeploy(id: string, complete: boolean): Step[] {
  const failed = note("deploy", "failed", id, () => ({ reason: "npm ci failed" }));
  return complete
    ? [...prepared(id), failed]
    : [...prepared(id).slice(0, 2), failed, (world: World): void => void world.dirs.delete(id)];
}

export function rollback(id: string, from: string | null): Step[] {
  return [...switched("rollback", id, from), confirm("rollback", id, from)];
}

export function returnedRollback(id: string, from: string | null): Step[] {
  return [...switched("rollback", id, from), ...takeBack("rollback", id, from)];
}

export function pin(id: string, pinned: boolean): Step[] {
  return [pinned ? note("pin", "pinned", id) : note("unpin", "unpinned", id)];
}

export function remove(id: string): Step[] {
  return [(world): void => void world.dirs.delete(id), note("prune", "pruned", id)];
}

/** Somebody makes a directory by hand. */
export function foreignDirectory(id: string): Step[] {
  return [(world): void => void world.dirs.set(id, { sealed: false, left: null })];
}
