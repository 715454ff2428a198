import { expectedOf, type OpenSwitch } from "./expected.ts";
import { type HostFacts, releaseFact, serves } from "./facts.ts";
import { factOf, type LedgerEntry, type LedgerKind, type Stamp } from "./ledger.ts";
import { type Past, pastOf } from "./past.ts";

/** What interrupted runs and other hands left on a host, and what makes ledger and host agree again. */
export interface Debris {
  /** To append to the ledger, in this order, before anything else is written there. */
  readonly entries: readonly LedgerEntry[];
  /** Half-made releases to remove. */
  readonly discard: readonly string[];
  /** What was found, for people. */
  readonly sentences: readonly string[];
}

/**
 * Reads facts taken under the lock, where nobody else works: whatever is unfinished was interrupted. (Without the lock the same
 * facts may be a run at work: then only say what is found where no lease is alive.) The link is the truth about what is live, so
 * facts are added until the ledger tells the same. What is made live this way is not good: nobody confirmed it. Once the entries
 * are in the ledger and the half-made releases are gone, nothing more is found, except that an unconfirmed release is told again.
 */
export function findDebris(facts: HostFacts, stamp: Stamp): Debris {
  const links = aboutLink(facts, stamp);
  const known = [...facts.entries, ...links.flatMap(({ entry }) => entry ?? [])];
  const pasts = pastOf(known);
  const unfinished = [...pasts].flatMap(([id, past]) => aboutUnfinished(facts, id, past, stamp));
  const discard = facts.releases.map(({ id }) => id).filter((id) => isHalfMade(facts, id, pasts.get(id)));
  const leftovers = discard.flatMap((id) => aboutLeftover(id, pasts.get(id)));
  const findings = [...links, ...unfinished, ...leftovers];
  return {
    entries: findings.flatMap(({ entry }) => entry ?? []),
    discard,
    sentences: findings.map(({ sentence }) => sentence),
  };
}

/** The facts as they are once what `findDebris` asks for has been done. */
export function withoutDebris(facts: HostFacts, debris: Debris): HostFacts {
  const left = leftMeanwhile(debris);
  const releases = facts.releases
    .filter(({ id }) => !debris.discard.includes(id))
    .map((fact) => (left.includes(fact.id) ? { ...fact, leftAgo: 0 } : fact));
  return { ...facts, releases, entries: [...facts.entries, ...debris.entries] };
}

/** Releases that ceased to be live without a switch of ours that came to its end. Nobody knows when: they count as left now. */
export function leftMeanwhile({ entries }: Debris): readonly string[] {
  return entries.flatMap(({ kind, release, from }) => {
    if (kind === "foreign") return from ?? [];
    return kind === "returned" ? release : [];
  });
}

interface Finding {
  readonly entry: LedgerEntry | null;
  readonly sentence: string;
}

function aboutLink(facts: HostFacts, stamp: Stamp): readonly Finding[] {
  const { live, open } = expectedOf(facts.entries);
  if (open !== null) return aboutOpenSwitch(facts.live, open, stamp);
  if (live === undefined) return facts.live === null ? aboutLostHistory(facts) : [firstContact(facts, facts.live, stamp)];
  return live === facts.live ? [] : [foreign(facts.live, live, stamp)];
}

/** The crash was between the intent and its confirmation; the link tells on which side of the rename. */
function aboutOpenSwitch(live: string | null, { intent, seen }: OpenSwitch, stamp: Stamp): readonly Finding[] {
  const from = intent.from ?? null;
  if (live === intent.release) return [unconfirmed(intent, seen, stamp)];
  if (live === from) return [seen ? takenBack(intent, stamp) : neverSwitched(intent, stamp)];
  // Neither: somebody else switched after the crash.
  return seen ? [foreign(live, intent.release, stamp)] : [neverSwitched(intent, stamp), foreign(live, from, stamp)];
}

function unconfirmed(intent: LedgerEntry, seen: boolean, stamp: Stamp): Finding {
  const sentence = `${intent.release} is live, but ${whose(intent)} ended before confirming it: whether all its tasks ran is not known.`;
  const reason = "the run ended before it could confirm what it had switched to";
  return { entry: seen ? null : concluding(intent, "live", stamp, reason), sentence };
}

function takenBack(intent: LedgerEntry, stamp: Stamp): Finding {
  const sentence = `${intent.release} was live for a while, but ${whose(intent)} was interrupted and it was taken back.`;
  return { entry: concluding(intent, "returned", stamp, "interrupted after the switch, and taken back"), sentence };
}

function neverSwitched(intent: LedgerEntry, stamp: Stamp): Finding {
  const sentence = `${intent.release} did not become live: ${whose(intent)} was interrupted just before its switch.`;
  return { entry: concluding(intent, "failed", stamp, "interrupted before the switch"), sentence };
}

/**
 * A tree of other origin; unless the ledger knows the release: then only nobody told that it became live. What is no directory
 * with a release's name cannot be gone back to, so there is nothing to adopt.
 */
function firstContact(facts: HostFacts, live: string, stamp: Stamp): Finding {
  if (pastOf(facts.entries).get(live)?.ours === true) return foreign(live, undefined, stamp);
  if (releaseFact(facts, live) === undefined)
    return { entry: null, sentence: `${live} is live, but is no release that can be adopted.` };
  const [lost] = aboutLostHistory(facts);
  const sentence =
    lost === undefined
      ? `${live} was live before this program came here: it is adopted, and a rollback from what is deployed next goes to it.`
      : `${lost.sentence} ${live} is live: it is adopted, and a rollback from what is deployed next goes to it.`;
  return { entry: factOf(stamp, "adopted", live, { from: null }), sentence };
}

/** Seals are made by this program alone: where there are some that the ledger does not know, there was another ledger once. */
function aboutLostHistory({ releases, entries, damaged = 0 }: HostFacts): readonly Finding[] {
  const pasts = pastOf(entries);
  if (!releases.some(({ id, sealed }) => sealed && pasts.get(id)?.ours !== true)) return [];
  const how = damaged > 0 ? "cannot be read" : "was lost";
  return [{ entry: null, sentence: `The ledger ${how}: it does not know releases that this program made here.` }];
}

function foreign(live: string | null, from: string | null | undefined, stamp: Stamp): Finding {
  const what =
    live === null
      ? "No release is live: somebody removed or replaced the link, or pointed it elsewhere."
      : `${live} is live, but nobody announced it: somebody switched by other means.`;
  const before = from === undefined ? "" : ` The ledger says that ${from ?? "nothing"} was live.`;
  return { entry: factOf(stamp, "foreign", live ?? "", { from: from ?? null }), sentence: what + before };
}

/** Made, and then nothing more was told of it. */
function aboutUnfinished(facts: HostFacts, id: string, past: Past, stamp: Stamp): readonly Finding[] {
  const begun = past.entries.find(({ kind, command }) => MAKING.has(kind) && command !== "rollback");
  const fact = releaseFact(facts, id);
  if (begun === undefined || past.ended !== null || isOfUse(facts, id, past)) return [];
  // A lost line may have told that it was live: prune will deal with it in its own time.
  if ((past.sealed || fact?.sealed === true) && (facts.damaged ?? 0) > 0) return [];
  const sentence = `${id} was never live: ${whose(begun)} was interrupted while it was being prepared.`;
  return [{ entry: concluding(begun, "failed", stamp, "interrupted while it was being prepared"), sentence }];
}

const MAKING: ReadonlySet<LedgerKind> = new Set<LedgerKind>(["preparing", "sealed", "switching"]);

/** A run that failed, and said so, and was interrupted before it had cleaned up. Who recorded the failure may be another one. */
function aboutLeftover(id: string, past: Past | undefined): readonly Finding[] {
  const failed = past?.entries.find(({ kind }) => kind === "failed");
  const begun = past?.entries.find(({ kind }) => MAKING.has(kind)) ?? failed;
  if (failed === undefined || begun === undefined) return [];
  return [{ entry: null, sentence: `Something is left of ${id}: ${whose(begun)} failed.` }];
}

function isHalfMade(facts: HostFacts, id: string, past: Past | undefined): boolean {
  if (past?.ours !== true || past.sealed || past.pinned) return false;
  return releaseFact(facts, id)?.sealed === false && !isOfUse(facts, id, past);
}

/** Live, or was once, by whatever evidence. */
function isOfUse(facts: HostFacts, id: string, past: Past): boolean {
  const left = releaseFact(facts, id)?.leftAgo ?? null;
  return past.good || past.adopted || past.lastLive !== null || left !== null || serves(facts, id);
}

/** The fact that another run failed to write: about that run, written by this one. */
function concluding(left: LedgerEntry, kind: LedgerKind, stamp: Stamp, reason: string): LedgerEntry {
  const from = kind === "failed" ? {} : { from: left.from ?? null };
  return factOf(stamp, kind, left.release, { ...from, command: left.command, reason, recovered: left.recovered ?? left.run });
}

function whose(entry: LedgerEntry): string {
  return `the ${entry.command} of ${entry.by}`;
}
