import type { LedgerEntry } from "./ledger.ts";

/** What the ledger makes one expect of `current`. */
export interface Expected {
  /** What was last said to be live; null: nothing; undefined: the ledger never said anything about it. */
  readonly live: string | null | undefined;
  /** A switch that was announced and neither confirmed nor taken back nor given up. */
  readonly open: OpenSwitch | null;
}

export interface OpenSwitch {
  readonly intent: LedgerEntry;
  /** The ledger says that the rename happened. */
  readonly seen: boolean;
}

/** What `current` should be, if nobody but this program touched it and no run was interrupted. */
export function expectedOf(entries: readonly LedgerEntry[]): Expected {
  let expected: Expected = { live: undefined, open: null };
  for (const entry of entries) expected = next(expected, entry);
  return expected;
}

function next(expected: Expected, entry: LedgerEntry): Expected {
  const { open } = expected;
  const isOpen = open?.intent.release === entry.release;
  switch (entry.kind) {
    case "switching":
      return { live: entry.from === undefined ? expected.live : entry.from, open: { intent: entry, seen: false } };
    case "live":
      return { live: entry.release, open: { intent: isOpen ? open.intent : entry, seen: true } };
    case "good":
    case "adopted":
    case "foreign":
      return { live: entry.release === "" ? null : entry.release, open: null };
    case "returned":
      return { live: entry.from ?? open?.intent.from ?? null, open: null };
    case "failed":
      return isOpen && !open.seen ? { ...expected, open: null } : expected;
    case "preparing":
    case "sealed":
    case "pruned":
    case "pinned":
    case "unpinned":
    case "takeover":
    case "held":
    case "released":
    case "shared-put":
      break;
  }
  return expected;
}
