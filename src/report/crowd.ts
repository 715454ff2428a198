import type { Event } from "./events.ts";
import { groupBy } from "./group.ts";
import { Progress } from "./progress.ts";
import type { Part } from "./progress.ts";
import { hostCount, Repeated, slowest } from "./repeated.ts";
import { rowsOf, TOLD_OF_BYTES } from "./rows.ts";
import type { Row } from "./rows.ts";
import { formatBytes } from "./units.ts";

/**
 * What is said of a command with so many hosts that a line for each would only scroll by: one row for each phase and task, once nothing more of
 * it is to be expected from any host. What goes wrong is told at once, but what many hosts say alike is said once.
 */
export class Crowd {
  readonly #progress: Progress;
  readonly #sums = new Map<Part, Sum>();
  readonly #repeated = new Repeated();

  constructor(hosts: readonly string[]) {
    this.#progress = new Progress(hosts);
  }

  /** What to say now that something happened. */
  take(event: Event): readonly Row[] {
    if (event.kind === "wave-started") return [...this.rest(), ...rowsOf(event)];
    const part = this.#progress.take(event, 0);
    const now = this.#isOfHost(event) ? this.#keep(event, part) : rowsOf(event);
    const ended = this.#settled();
    return [...now, ...ended, ...(ended.length > 0 ? this.#repeated.same() : []), ...(event.kind === "ended" ? this.rest() : [])];
  }

  /** All that was not said yet. */
  rest(): readonly Row[] {
    return [...this.#say([...this.#sums.keys()]), ...this.#repeated.rest()];
  }

  #isOfHost(event: Event): boolean {
    return "host" in event && event.host !== null && this.#progress.hosts.has(event.host);
  }

  #keep(event: Event, part: Part | null): readonly Row[] {
    if (event.kind === "task-started") return [];
    if (event.kind === "output") return OF_TASKS.has(event.point) ? [] : rowsOf(event);
    const bytes = event.kind === "phase-ended" ? event.bytesSent : 0;
    // How much each was sent differs a little from host to host, and is told as one sum.
    const rows = rowsOf(event.kind === "phase-ended" ? { ...event, bytesSent: 0 } : event);
    // Which phase failed stands before why, which is told at once.
    const isFailure = event.kind === "phase-ended" && !event.ok;
    if (part === null || isFailure || rows.some(({ level }) => level !== "info"))
      return rows.flatMap((row) => this.#repeated.take(row));
    this.#add(part, rows, bytes);
    return [];
  }

  #add(part: Part, rows: readonly Row[], bytes: number): void {
    if (rows.length === 0) return;
    const sum = this.#sums.get(part) ?? { rows: [], bytes: [] };
    this.#sums.set(part, sum);
    sum.rows.push(...rows);
    sum.bytes.push(bytes);
  }

  #settled(): readonly Row[] {
    return this.#say([...this.#sums.keys()].filter((part) => this.#progress.isSettled(part)));
  }

  #say(parts: readonly Part[]): readonly Row[] {
    return parts.flatMap((part) => {
      const sum = this.#sums.get(part);
      this.#sums.delete(part);
      return sum === undefined ? [] : [rowOf(sum)];
    });
  }
}

/** What the hosts said that ended the same part. */
interface Sum {
  readonly rows: Row[];
  readonly bytes: number[];
}

function rowOf({ rows, bytes }: Sum): Row {
  const [first] = rows as unknown as readonly [Row];
  const text = [textOf(rows), sentBy(bytes)].filter((part) => part !== "").join(", ");
  return { ...first, host: hostCount(rows.map(({ host }) => host ?? "")), ms: slowest(rows), text };
}

/** What all say, or `97 of 100: …; web7: …`. Who has nothing to say is not counted out loud. */
function textOf(rows: readonly Row[]): string {
  const groups = groupBy(rows, ({ text }) => text).toSorted((one, other) => other.length - one.length);
  if (groups.length === 1) return rows[0]?.text ?? "";
  const said = groups.filter(([{ text }]) => text !== "");
  const texts = said.slice(0, MOST_TEXTS).map((group, at) => {
    const who = group.length === 1 ? (group[0].host ?? "") : `${group.length}${at === 0 ? ` of ${rows.length}` : ""}`;
    return `${who}: ${group[0].text}`;
  });
  const others = said.slice(MOST_TEXTS).reduce((sum, group) => sum + group.length, 0);
  return [...texts, ...(others === 0 ? [] : [`${others}: other texts`])].join("; ");
}

function sentBy(bytes: readonly number[]): string {
  if (!bytes.some((each) => each >= TOLD_OF_BYTES)) return "";
  const all = bytes.reduce((sum, each) => sum + each, 0);
  return `${formatBytes(all)} over the wire${bytes.length === 1 ? "" : " in all"}`;
}

const OF_TASKS: ReadonlySet<string> = new Set(["prepare", "beforeSwitch", "drain", "afterSwitch", "undrain", "finish", "failed"]);
const MOST_TEXTS = 3;
