import type { ReleaseRow, ReleaseState } from "../report/documents.ts";
import { type HostFacts, type ReleaseFact, releaseFact } from "./facts.ts";
import type { LedgerEntry } from "./ledger.ts";
import { type Past, pastOf } from "./past.ts";
import { recordFrom } from "./record.ts";

/** The state of a release, in the words of `releases`. Once good it stays good, whatever became of later visits to it. */
export function stateOf(facts: HostFacts, id: string): ReleaseState {
  return stateFrom(pastOf(facts.entries).get(id), releaseFact(facts, id), facts.live === id);
}

/** The same, for callers that have read the past already. */
export function stateFrom(past: Past | undefined, fact: ReleaseFact | undefined, isLive: boolean): ReleaseState {
  if (past?.good === true) return "good";
  if (past?.adopted === true) return "adopted";
  if (isLive) return "live";
  if (past !== undefined && past.ended !== null) return past.ended;
  if (past?.ours !== true) return "unknown";
  // The host remembers that it was live, the ledger lost the line.
  if (typeof fact?.leftAgo === "number") return "live";
  return past.sealed || fact?.sealed === true ? "sealed" : "preparing";
}

/** The releases that somebody pinned. */
export function pinned(facts: HostFacts): Set<string> {
  const pasts = [...pastOf(facts.entries)];
  return new Set(pasts.filter(([, past]) => past.pinned).map(([id]) => id));
}

/** The table of `releases`: those the ledger knows, newest first, then the others by name. */
export function rows(facts: HostFacts): ReleaseRow[] {
  const pasts = pastOf(facts.entries);
  const since = (id: string): number => pasts.get(id)?.since ?? -1;
  const ordered = facts.releases.toSorted((a, b) => since(b.id) - since(a.id) || (a.id < b.id ? 1 : -1));
  return ordered.map((fact) => row(fact, pasts.get(fact.id), facts.live === fact.id));
}

function row(fact: ReleaseFact, past: Past | undefined, isLive: boolean): ReleaseRow {
  const { revision, createdAt, by, message, bytes, promotedFrom } = recordFrom(past);
  const state = stateFrom(past, fact, isLive);
  const promoted = promotedFrom === null ? {} : { promotedFrom };
  const { pinned = false } = past ?? {};
  return { id: fact.id, state, revision, createdAt, by, message, pinned, bytes: fact.bytes ?? bytes, ...promoted };
}

/**
 * The fact by which the live release became live: when, by whom, by which command. Null where nothing is live or nobody told. A
 * deploy that was taken back does not count: what was live before it stayed what people meant to be live.
 */
export function liveSince(facts: HostFacts): LedgerEntry | null {
  const about = facts.entries.filter((entry) => facts.live !== null && entry.release === facts.live);
  const last = about.findLastIndex((entry) => BECAME_LIVE.has(entry.kind));
  const good = about[last];
  // `live` and the `good` that confirms it are one event, which began with the first of them.
  const before = about[last - 1];
  const together = good?.kind === "good" && before?.kind === "live" && before.run === good.run;
  return (together ? before : good) ?? null;
}

const BECAME_LIVE: ReadonlySet<string> = new Set(["live", "good", "adopted", "foreign"]);
