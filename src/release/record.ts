import type { HostFacts } from "./facts.ts";
import type { LedgerEntry, PromotedFrom } from "./ledger.ts";
import { type Past, pastOf } from "./past.ts";

/** What the ledger knows of how a release was made; null where nobody recorded it. */
export interface ReleaseRecord {
  readonly revision: string | null;
  readonly tree: string | null;
  readonly fingerprint: string | null;
  readonly message: string | null;
  /** ISO 8601, the controller's clock. */
  readonly createdAt: string | null;
  readonly by: string | null;
  readonly bytes: number | null;
  /** As in the ledger. */
  readonly hides: readonly string[];
  /** Where its tree was live before. */
  readonly promotedFrom: PromotedFrom | null;
  /** Where it was made from: a CI run URL or a host name. */
  readonly origin: string | null;
}

/** What was recorded when `id` was made. */
export function recordOf(facts: HostFacts, id: string): ReleaseRecord {
  return recordFrom(pastOf(facts.entries).get(id));
}

/** The same, for callers that have read the past already. */
export function recordFrom(past: Past | undefined): ReleaseRecord {
  const all = past?.entries ?? [];
  const made = all.find((entry) => !VISITS.has(entry.kind) && entry.command !== "rollback");
  const making = all.filter((entry) => entry.run === made?.run);
  return {
    revision: firstOf(all, "revision"),
    tree: firstOf(all, "tree"),
    fingerprint: firstOf(all, "fingerprint"),
    bytes: firstOf(all, "bytes"),
    hides: firstOf(all, "hides") ?? [],
    promotedFrom: firstOf(all, "promotedFrom"),
    // These are of the run, not of the release: who went back to a release later did not make it.
    message: firstOf(making, "message"),
    createdAt: made?.at ?? null,
    by: made?.by ?? null,
    origin: made?.origin ?? null,
  };
}

const VISITS: ReadonlySet<string> = new Set(["adopted", "foreign", "pinned", "unpinned"]);

function firstOf<K extends keyof LedgerEntry>(entries: readonly LedgerEntry[], name: K): NonNullable<LedgerEntry[K]> | null {
  return entries.map((entry) => entry[name]).find((value) => value !== undefined && value !== null && value !== "") ?? null;
}
