import type { HostFacts } from "./facts.ts";
import type { LedgerEntry } from "./ledger.ts";

/**
 * The line of good releases: what going back walks along. The last one is the newest. A deploy that became good is put at its end.
 * Going back to a release of the line cuts off what came after it; going to one that was good once, but is not on the line any
 * more, puts it at the end. What was taken back leaves the line as it was, and what was never good never gets on it.
 */
export function lineOf(entries: readonly LedgerEntry[]): readonly string[] {
  return walk(entries).stack;
}

/** The line as it is now that `facts.live` is live, whoever made it so. Where it was ever good, it is the last of it. */
export function presentLine(facts: HostFacts): readonly string[] {
  const way = walk(facts.entries);
  visit(way, facts.live);
  return way.stack;
}

/** Which releases going back passes, the next one first: what is on the line before the live release. */
export function behind(facts: HostFacts): readonly string[] {
  const line = presentLine(facts);
  return line.filter((id) => id !== facts.live).toReversed();
}

interface Way {
  stack: readonly string[];
  readonly good: Set<string>;
  /** The line as it was when the last switch was announced. */
  before: { readonly release: string; readonly stack: readonly string[] } | null;
}

function walk(entries: readonly LedgerEntry[]): Way {
  const way: Way = { stack: [], good: new Set(), before: null };
  for (const entry of entries) step(way, entry);
  return way;
}

/**
 * `from` is evidence of what was live, and as good as a fact of its own: with it the line comes out right although a line of the
 * ledger was lost.
 */
function step(way: Way, entry: LedgerEntry): void {
  switch (entry.kind) {
    case "switching":
      visit(way, entry.from);
      way.before = { release: entry.release, stack: way.stack };
      break;
    case "live":
    case "foreign":
      visit(way, entry.from);
      visit(way, entry.release);
      break;
    case "good":
    case "adopted":
      visit(way, entry.from);
      way.good.add(entry.release);
      visit(way, entry.release);
      break;
    case "returned":
      if (way.before?.release === entry.release) way.stack = way.before.stack;
      visit(way, entry.from);
      break;
    case "preparing":
    case "pruned":
      forget(way, entry.release);
      break;
    case "sealed":
    case "failed":
    case "pinned":
    case "unpinned":
    case "takeover":
    case "held":
    case "released":
    case "shared-put":
      break;
  }
}

function visit(way: Way, release: string | null | undefined): void {
  if (typeof release !== "string" || !way.good.has(release)) return;
  const place = way.stack.indexOf(release);
  way.stack = place === -1 ? [...way.stack, release] : way.stack.slice(0, place + 1);
}

function forget(way: Way, release: string): void {
  const without = (stack: readonly string[]): readonly string[] => stack.filter((other) => other !== release);
  way.good.delete(release);
  way.stack = without(way.stack);
  if (way.before !== null) way.before = { ...way.before, stack: without(way.before.stack) };
}
