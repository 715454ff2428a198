import type { LedgerEntry, LedgerKind } from "./ledger.ts";

/** What the ledger tells about one release since its directory was begun. */
export interface Past {
  /** Place of its first mention in the ledger: a smaller one is older. */
  readonly since: number;
  /** Made, run or adopted by this program. False where only a foreign switch, a pin or another release's `from` names it. */
  readonly ours: boolean;
  readonly sealed: boolean;
  /** Place of the last fact that shows it live, comparable with `since` and other releases' places; null: no fact does. */
  readonly lastLive: number | null;
  /** Was confirmed once. Nothing that happens later takes that away. */
  readonly good: boolean;
  readonly adopted: boolean;
  /** What became of it last, where that was more than being made. */
  readonly ended: "live" | "failed" | "returned" | null;
  readonly pinned: boolean;
  /** The facts about it, oldest first. */
  readonly entries: readonly LedgerEntry[];
}

/** The past of every release that the ledger mentions and does not know to be pruned. */
export function pastOf(entries: readonly LedgerEntry[]): ReadonlyMap<string, Past> {
  const pasts = new Map<string, Past>();
  for (const [index, entry] of entries.entries()) {
    // Two places for each entry, because most tell of two releases: what was live before, and what came after it.
    const [earlier, later] = [2 * index, 2 * index + 1];
    const goesBack = entry.kind === "returned";
    if (typeof entry.from === "string") update(pasts, entry.from, goesBack ? later : earlier, showLive);
    if (entry.release !== "") tell(pasts, entry, goesBack ? earlier : later);
  }
  return pasts;
}

function tell(pasts: Map<string, Past>, entry: LedgerEntry, place: number): void {
  if (entry.kind === "pruned") pasts.delete(entry.release);
  else update(pasts, entry.release, place, (past) => remember(CHANGES[entry.kind](past, place, entry), entry));
}

function remember(past: Past, entry: LedgerEntry): Past {
  return { ...past, entries: [...past.entries, entry] };
}

function update(pasts: Map<string, Past>, id: string, place: number, step: (past: Past, place: number) => Past): void {
  pasts.set(id, step(pasts.get(id) ?? untold(place), place));
}

function untold(since: number): Past {
  return {
    since,
    ours: false,
    sealed: false,
    lastLive: null,
    good: false,
    adopted: false,
    ended: null,
    pinned: false,
    entries: [],
  };
}

function showLive(past: Past, place: number): Past {
  return { ...past, ended: "live", lastLive: place };
}

type Change = (past: Past, place: number, entry: LedgerEntry) => Past;

const stays: Change = (past) => past;

const CHANGES: { readonly [K in LedgerKind]: Change } = {
  // A new directory under an old name shares nothing with the old one.
  preparing: (_past, place) => ({ ...untold(place), ours: true }),
  sealed: (past) => ({ ...past, ours: true, sealed: true }),
  // An intent proves nothing: not that it happened, nor, where it is a rollback's, that the release is ours.
  switching: stays,
  live: (past, place) => ({ ...showLive(past, place), ours: true }),
  good: (past, place) => ({ ...showLive(past, place), ours: true, good: true }),
  adopted: (past, place) => ({ ...showLive(past, place), ours: true, adopted: true }),
  foreign: showLive,
  returned: (past, place) => ({ ...past, ours: true, ended: "returned", lastLive: place }),
  failed: (past, _place, { command }) => (command === "rollback" ? past : { ...past, ours: true, ended: "failed" }),
  pinned: (past) => ({ ...past, pinned: true }),
  unpinned: (past) => ({ ...past, pinned: false }),
  pruned: stays,
  takeover: stays,
  held: stays,
  released: stays,
  "shared-put": stays,
};
