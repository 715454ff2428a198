import type { Event } from "./events.ts";
import { groupBy, hostsOf } from "./group.ts";
import { CONTROLLER, shortTask } from "./rows.ts";
import { sanitize } from "./sanitize.ts";
import { formatDuration } from "./units.ts";
import { truncate } from "./width.ts";

/** One thing that has begun and not ended. */
interface Work {
  readonly host: string;
  readonly text: string;
  /** Milliseconds, on whatever clock the caller counts. */
  readonly since: number;
  /** For somebody else, and for how long nobody knows. */
  readonly waits: boolean;
}

/** What is drawn while something goes on: how much room there is for it. */
export interface LiveRoom {
  readonly columns: number;
  /** Lines, at least one. */
  readonly lines: number;
}

/** What is going on at this moment, per host. */
export type Going = ReadonlyMap<string, Work>;

export const idle: Going = new Map();

/** What is going on after an event that happened at `now`. */
export function goingAfter(going: Going, event: Event, now: number): Going {
  const begun = begunBy(event);
  if (begun !== null) return new Map([...going, [begun.host, { ...begun, since: now }]]);
  const done = doneAfter(event);
  return done === null ? going : new Map([...going].filter(([host]) => host !== done));
}

/** One line that says what is going on and for how long, hosts with the same work together; null when nothing is. */
export function liveLine(going: Going, now: number, columns: number): string | null {
  if (going.size === 0) return null;
  const groups = groupBy([...going.values()], (work) => work.text);
  const texts = groups.map((group) => {
    const since = Math.min(...group.map((work) => work.since));
    return `${hostsOf(group)}: ${group[0].text} (${formatDuration(Math.max(0, now - since))})`;
  });
  return truncate(`... ${texts.join(", ")}`, columns);
}

function begunBy(event: Event): Omit<Work, "since"> | null {
  if (event.kind === "step-started") return { host: CONTROLLER, text: sanitize(event.name), waits: false };
  if (event.kind === "phase-started") return { host: sanitize(event.host), text: sanitize(event.phase), waits: false };
  if (event.kind === "waiting") return { host: sanitize(event.host), text: sanitize(`waiting for ${event.owner}`), waits: true };
  if (event.kind !== "task-started") return null;
  return { host: sanitize(event.host), text: sanitize(`${event.point}: ${shortTask(event.task, 40)}`), waits: false };
}

function doneAfter(event: Event): string | null {
  if (event.kind === "step-ended") return CONTROLLER;
  return event.kind === "phase-ended" || event.kind === "task-ended" ? sanitize(event.host) : null;
}
