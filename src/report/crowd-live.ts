import { liveLine } from "./live.ts";
import type { Going, LiveRoom } from "./live.ts";
import type { Part, Progress } from "./progress.ts";
import { CONTROLLER } from "./rows.ts";
import { sanitize } from "./sanitize.ts";
import { formatDuration } from "./units.ts";
import { displayWidth, padEnd, padStart, truncate } from "./width.ts";

/**
 * What is going on with many hosts: a line for each part of the work, with how many of how many are done, for how long, and who is still at it,
 * the longest first. What is of the controller alone, or waits for somebody, is a line as with few hosts.
 */
export function crowdLines(progress: Progress, going: Going, now: number, room: LiveRoom): readonly string[] {
  const apart = new Map([...going].filter(([host, work]) => host === CONTROLLER || work.waits));
  const line = liveLine(apart, now, room.columns);
  const parts = progress.going.map((part) => ({ part, at: whoIsAt(progress, part, apart) })).filter(({ at }) => at.length > 0);
  const lines = [
    ...(line === null ? [] : [line]),
    ...aligned(
      parts.map(({ part, at }) => rowOf(progress, part, at, now)),
      room,
    ),
  ];
  if (lines.length <= room.lines) return lines;
  const shown = lines.slice(0, Math.max(1, room.lines - 1));
  const more = truncate(`... and ${lines.length - shown.length} more`, room.columns);
  return room.lines === 1 ? shown : [...shown, more];
}

interface LiveRow {
  readonly share: number;
  readonly counted: string;
  readonly text: string;
  readonly took: string;
  readonly names: string;
}

/** Hosts at an inner part, a task, are not told as being at the outer one as well. */
function whoIsAt(progress: Progress, part: Part, apart: Going): readonly string[] {
  return [...part.at.keys()].filter((host) => progress.current(host) === part && !apart.has(sanitize(host)));
}

function rowOf(progress: Progress, part: Part, at: readonly string[], now: number): LiveRow {
  const all = expected(progress, part);
  const since = Math.min(...at.map((host) => part.at.get(host) ?? now));
  return {
    share: part.ended.size / all,
    counted: `${part.ended.size}/${all}`,
    text: sanitize(part.text),
    took: formatDuration(Math.max(0, now - since)),
    names: sanitize(at.join(", ")),
  };
}

/** Of a task nobody knows beforehand how many hosts have it. */
function expected(progress: Progress, part: Part): number {
  if (part.inner) return part.begun.size;
  const without = [...part.past].filter((host) => !part.begun.has(host));
  return progress.hosts.size - without.length;
}

function aligned(rows: readonly LiveRow[], room: LiveRoom): readonly string[] {
  const width = (of: (row: LiveRow) => string): number => Math.max(...rows.map((row) => displayWidth(of(row))));
  const [counted, text, took] = [
    width((row) => row.counted),
    Math.min(
      WIDEST_TEXT,
      width((row) => row.text),
    ),
    width((row) => row.took),
  ];
  return rows.map((row) => {
    const words = padEnd(truncate(row.text, text), text);
    const line = `${padStart(row.counted, counted)}  ${words}  ${padStart(row.took, took)}  ${row.names}`;
    return truncate(room.columns < NARROW ? line.replaceAll(/ +/g, " ").trimStart() : `${bar(row.share)}  ${line}`, room.columns);
  });
}

function bar(share: number): string {
  const full = Math.min(BAR, Math.floor(share * BAR));
  return `[${"#".repeat(full)}${".".repeat(BAR - full)}]`;
}

const BAR = 10;
const NARROW = 50;
const WIDEST_TEXT = 24;
