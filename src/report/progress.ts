import type { Event } from "./events.ts";
import { shortTask } from "./rows.ts";

/** More hosts than this are a crowd: what they do is summed up, not listed. */
export const FEW_HOSTS = 6;

/** A part of the work that many hosts do, each for itself: a phase, a task, a switch. A host that does it a second time begins another part. */
export interface Part {
  /** What to call it while it is going on. */
  readonly text: string;
  /** Hosts that are at it now, and since when, on whatever clock the caller counts. The one that is at it longest comes first. */
  readonly at: ReadonlyMap<string, number>;
  readonly begun: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
  /** Hosts from which nothing of it is to be expected any more: they ended it, went on without it, failed, or were left out. */
  readonly past: ReadonlySet<string>;
  /** A part of another part, which a host is at meanwhile: a task of its phase. */
  readonly inner: boolean;
}

/**
 * Who has come how far. No list of phases is known beforehand, and not every host does all of them: what comes behind what is learnt from the
 * hosts that did both.
 */
export class Progress {
  readonly hosts: ReadonlySet<string>;
  readonly #parts = new Map<string, Known>();
  readonly #ways = new Map<string, Known[]>();
  readonly #open = new Map<string, Known[]>();
  readonly #failed = new Set<string>();

  constructor(hosts: readonly string[]) {
    this.hosts = new Set(hosts);
  }

  /** Parts that some host is at, in the order in which they began. */
  get going(): readonly Part[] {
    return [...this.#parts.values()].filter((part) => part.at.size > 0);
  }

  /** What a host is at in this moment: the task rather than its phase. */
  current(host: string): Part | null {
    return this.#open.get(host)?.at(-1) ?? null;
  }

  /** Whether all hosts are past it and nobody is at it. */
  isSettled(part: Part): boolean {
    return part.at.size === 0 && part.past.size >= this.hosts.size;
  }

  /** An event that happened at `now`. Returns the part that it ended, if it did. */
  take(event: Event, now: number): Part | null {
    if (!("host" in event) || event.host === null || !this.hosts.has(event.host)) return null;
    const { host } = event;
    if (event.kind === "failed" || event.kind === "skipped") this.#fail(host);
    const named = nameOf(event);
    if (named === null) return null;
    if (event.kind === "phase-started" || event.kind === "task-started") this.#begin(host, named, now);
    else return this.#end(host, named, now);
    return null;
  }

  #begin(host: string, { name, text, inner }: Named, now: number): Known {
    this.#close(host, inner ? (part) => part.inner : () => true);
    const way = this.#wayOf(host);
    const key = `${name}\0${way.filter((part) => part.name === name).length}`;
    const part = this.#parts.get(key) ?? this.#add(key, { name, text, inner });
    for (const before of way) this.#order(before, part);
    for (const before of part.before) before.past.add(host);
    way.push(part);
    part.begun.add(host);
    part.at.set(host, now);
    this.#open.set(host, [...(this.#open.get(host) ?? []), part]);
    return part;
  }

  #end(host: string, named: Named, now: number): Known {
    const open = this.#open.get(host)?.findLast((part) => part.name === named.name);
    const part = open ?? this.#begin(host, named, now);
    this.#close(host, (each) => each === part || (each.inner && !part.inner));
    part.ended.add(host);
    part.past.add(host);
    return part;
  }

  /** What was cancelled ends without a word. */
  #close(host: string, which: (part: Known) => boolean): void {
    const open = this.#open.get(host) ?? [];
    for (const part of open) if (which(part)) part.at.delete(host);
    this.#open.set(
      host,
      open.filter((part) => !which(part)),
    );
  }

  #fail(host: string): void {
    this.#failed.add(host);
    for (const part of this.#parts.values()) part.past.add(host);
  }

  /** `later` was seen to come behind `before`: whoever began it is past that. */
  #order(before: Known, later: Known): void {
    if (before === later || later.before.has(before)) return;
    later.before.add(before);
    for (const host of later.begun) before.past.add(host);
  }

  #add(key: string, named: Named): Known {
    const empty = { at: new Map<string, number>(), begun: new Set<string>(), ended: new Set<string>() };
    const part = { ...named, ...empty, past: new Set(this.#failed), before: new Set<Known>() };
    this.#parts.set(key, part);
    return part;
  }

  #wayOf(host: string): Known[] {
    const way = this.#ways.get(host) ?? [];
    this.#ways.set(host, way);
    return way;
  }
}

interface Named {
  readonly name: string;
  readonly text: string;
  readonly inner: boolean;
}

interface Known extends Part, Named {
  readonly at: Map<string, number>;
  readonly begun: Set<string>;
  readonly ended: Set<string>;
  readonly past: Set<string>;
  readonly before: Set<Known>;
}

/** The part that an event begins or ends; null where it is about none. */
function nameOf(event: Event): Named | null {
  if (event.kind === "phase-started" || event.kind === "phase-ended") {
    return { name: `phase\0${event.phase}`, text: event.phase, inner: false };
  }
  if (event.kind === "task-started" || event.kind === "task-ended") {
    const text = `${event.point}: ${shortTask(event.task, 40)}`;
    return { name: `task\0${event.point}\0${event.task}`, text, inner: true };
  }
  if (event.kind === "switched") return { name: "switched", text: "switched", inner: true };
  return event.kind === "pruned" ? { name: `pruned\0${event.release}`, text: "pruned", inner: true } : null;
}
