import type { LedgerEntry } from "./ledger.ts";

/**
 * What another run began behind the last that `run` wrote here: a release or a switch; null: nothing. What `run` did before that is no
 * longer the last that was done, and not to be undone by itself any more.
 */
export function workOfOthers(entries: readonly LedgerEntry[], run: string): LedgerEntry | null {
  const last = entries.findLastIndex((entry) => entry.run === run);
  return entries.slice(last + 1).find(({ kind }) => kind === "preparing" || kind === "switching") ?? null;
}
