import type { HistoryRow } from "../report/history-document.ts";
import type { LedgerEntry } from "./ledger.ts";
import { resultOf } from "./history-result.ts";

export interface HostLedger {
  readonly host: string;
  readonly entries: readonly LedgerEntry[];
  /** What is known from before these, where they are not all. There was more: of runs before these, too little to tell of them. */
  readonly before?: readonly LedgerEntry[];
}

/**
 * The ledgers of all hosts for people, oldest first: one row for what one run did, on however many hosts. What a run found done
 * by others (a first contact, a foreign switch, a dead owner's lock) has rows of its own; what it wrote to conclude an interrupted
 * run belongs to that run's row. The order is that of the ledgers; `at` only decides between hosts that do not say.
 */
export function historyRows(ledgers: readonly HostLedger[]): HistoryRow[] {
  const events = grouped(ledgers);
  const ordered = merged(
    ledgers.map(({ entries }) => [...new Set(entries.map(keyOf))]),
    events,
  );
  return whole(ordered, ledgers).map((event) => row(event));
}

/** Runs that every ledger tells from their beginning. Who begins later than others must not look as if a run had left it out. */
function whole(events: readonly Event[], ledgers: readonly HostLedger[]): readonly Event[] {
  const partial = ledgers.filter(({ before }) => before !== undefined);
  const begun = new Set(partial.flatMap(({ before = [] }) => before.map(keyOf)));
  const isCut = (event: Event): boolean =>
    event.some(({ entry }) => begun.has(keyOf(entry))) || event.every(({ entry }) => entry.recovered !== undefined);
  const first = partial.map(({ host }) => events.findIndex((event) => !isCut(event) && event.some((told) => told.host === host)));
  return partial.length === 0 ? events : events.slice(Math.max(0, ...first)).filter((event) => !isCut(event));
}

interface Told {
  readonly host: string;
  readonly entry: LedgerEntry;
}

/** What one row is about: facts in the order of each host. */
type Event = readonly Told[];

function grouped(ledgers: readonly HostLedger[]): ReadonlyMap<string, Event> {
  const told = ledgers.flatMap(({ host, entries }) => entries.map((entry) => ({ host, entry })));
  const events = new Map<string, Told[]>();
  for (const one of told) {
    const key = keyOf(one.entry);
    events.set(key, [...(events.get(key) ?? []), one]);
  }
  return events;
}

function keyOf(entry: LedgerEntry): string {
  const incident = INCIDENTS.has(entry.kind) ? entry.kind : "";
  return JSON.stringify([entry.recovered ?? entry.run, incident]);
}

const INCIDENTS: ReadonlySet<string> = new Set(["adopted", "foreign", "takeover"]);

/**
 * One order out of each host's own. An event comes when it is next on every host that still has it before it; of several, the
 * earliest. Where hosts contradict each other (one was restored from a backup), the earliest comes all the same.
 */
function merged(queues: readonly (readonly string[])[], events: ReadonlyMap<string, Event>): readonly Event[] {
  const left = queues.map((queue) => [...queue]);
  const ordered: Event[] = [];
  for (;;) {
    const heads = [...new Set(left.flatMap((queue) => queue[0] ?? []))];
    const ready = heads.filter((key) => left.every((queue) => queue[0] === key || !queue.includes(key)));
    const next = earliest(ready.length > 0 ? ready : heads, events);
    if (next === undefined) return ordered;
    ordered.push(events.get(next) ?? []);
    for (const queue of left) if (queue.includes(next)) queue.splice(queue.indexOf(next), 1);
  }
}

function earliest(keys: readonly string[], events: ReadonlyMap<string, Event>): string | undefined {
  const at = (key: string): string => events.get(key)?.[0]?.entry.at ?? "";
  return keys.toSorted((a, b) => (at(a) < at(b) ? -1 : 1))[0];
}

function row(event: Event): HistoryRow {
  const entries = event.map(({ entry }) => entry);
  // The run's own words come before those of who concluded it.
  const own = entries.toSorted((a, b) => Number(a.recovered !== undefined) - Number(b.recovered !== undefined));
  const first = own[0];
  return {
    at: first?.at ?? "",
    command: first?.command ?? "",
    result: resultOf(event),
    release: releaseOf(entries),
    from: one(entries.filter(({ kind }) => SWITCHES.has(kind)).map(({ from }) => from ?? "")),
    revision: one(entries.flatMap(({ revision }) => revision ?? [])),
    ...promotion(entries),
    by: first?.by ?? "",
    origin: text(own, "origin"),
    message: text(own, "message"),
    reason: text(own, "reason"),
    hosts: [...new Set(event.map(({ host }) => host))],
  };
}

/** Said where the release was made; who goes back to it later does not promote it again. */
function promotion(entries: readonly LedgerEntry[]): Pick<HistoryRow, "promotedFrom"> {
  const promotedFrom = entries.map((entry) => entry.promotedFrom).find((from) => from !== undefined);
  return promotedFrom === undefined ? {} : { promotedFrom };
}

const SWITCHES: ReadonlySet<string> = new Set(["switching", "live", "good", "returned", "foreign"]);

/** A deploy is about what it deployed, whatever it pruned. */
function releaseOf(entries: readonly LedgerEntry[]): string | null {
  const named = entries.filter(({ release }) => release !== "");
  const main = named.filter(({ kind }) => kind !== "pruned");
  return one((main.length > 0 ? main : named).map(({ release }) => release));
}

/** What all agree on; null where they do not, or there is nothing. */
function one(values: readonly string[]): string | null {
  const [value, ...others] = new Set(values);
  return others.length > 0 || value === undefined || value === "" ? null : value;
}

function text(entries: readonly LedgerEntry[], name: "origin" | "message" | "reason"): string {
  return entries.map((entry) => entry[name] ?? "").find((value) => value !== "") ?? "";
}
