import type { LedgerEntry, LedgerKind } from "./ledger.ts";

interface Told {
  readonly host: string;
  readonly entry: LedgerEntry;
}

/**
 * How a run ended, in a few words: `deployed`, `rolled back`, `returned`, `failed`, `partial` (hosts ended differently),
 * `unfinished` (interrupted, and nobody confirmed or took it back), `pruned 3`, `pinned`, `unpinned`, `held`, `released`, `took
 * over`, `adopted`, `foreign switch`, `put`. What a deploy or rollback pruned is added: `deployed, pruned 1`.
 */
export function resultOf(event: readonly Told[]): string {
  const entries = event.map(({ entry }) => entry);
  const pruned = new Set(entries.filter(({ kind }) => kind === "pruned").map(({ release }) => release)).size;
  const prune = pruned === 0 ? [] : [`pruned ${pruned}`];
  // A hold that could not be had on all hosts is let go again by the same run.
  const others = [...new Set(entries.flatMap(({ kind }) => OTHERS[kind] ?? []))];
  const main = ended(new Set(endings(event)));
  return [...(main === undefined ? others : [main]), ...prune].join(", ");
}

const OTHERS: { readonly [K in LedgerKind]?: string } = {
  pinned: "pinned",
  unpinned: "unpinned",
  held: "held",
  released: "released",
  takeover: "took over",
  adopted: "adopted",
  foreign: "foreign switch",
  "shared-put": "put",
};

/** Not confirmed anywhere, a run has failed as a whole: as far as it went on any host. */
function ended(endings: ReadonlySet<string>): string | undefined {
  const bad = ["unfinished", "returned", "failed"].find((word) => endings.has(word));
  const good = ["deployed", "rolled back"].find((word) => endings.has(word));
  return good !== undefined && bad !== undefined ? "partial" : (good ?? bad);
}

/** How the release fared on each host that the run touched with one. */
function endings(event: readonly Told[]): string[] {
  const hosts = [...new Set(event.map(({ host }) => host))];
  return hosts.flatMap((host) => {
    const steps = event.filter((told) => told.host === host && STEPS.has(told.entry.kind)).map(({ entry }) => entry);
    const last = steps.at(-1);
    return last === undefined ? [] : [ending(last)];
  });
}

const STEPS: ReadonlySet<LedgerKind> = new Set<LedgerKind>([
  "preparing",
  "sealed",
  "switching",
  "live",
  "good",
  "failed",
  "returned",
]);

function ending({ kind, command }: LedgerEntry): string {
  if (kind === "good") return command === "rollback" ? "rolled back" : "deployed";
  return kind === "failed" || kind === "returned" ? kind : "unfinished";
}
