import { type HostFacts, type ReleaseFact, serves } from "./facts.ts";
import { factOf, type Stamp } from "./ledger.ts";

/** The facts as they will be once a deploy of `release` is confirmed here: what a plan needs to tell what will be pruned. */
export function afterDeploy(facts: HostFacts, release: string, stamp: Stamp): HostFacts {
  const from = facts.live;
  const kinds = ["preparing", "sealed", "switching", "live", "good"] as const;
  const made: ReleaseFact = { id: release, sealed: true, leftAgo: null, bytes: null };
  const others = facts.releases
    .filter(({ id }) => id !== release)
    .map((fact) => (serves(facts, fact.id) ? { ...fact, leftAgo: 0 } : fact));
  return {
    ...facts,
    live: release,
    elsewhere: null,
    within: null,
    inPlace: null,
    releases: [...others, made],
    entries: [...facts.entries, ...kinds.map((kind) => factOf(stamp, kind, release, { from }))],
  };
}

/** The same for a rollback, which makes nothing. */
export function afterRollback(facts: HostFacts, release: string, stamp: Stamp): HostFacts {
  const from = facts.live;
  const kinds = from === release ? [] : (["switching", "live", "good"] as const);
  const entries = [...facts.entries, ...kinds.map((kind) => factOf(stamp, kind, release, { from }))];
  return { ...facts, live: release, elsewhere: null, within: null, inPlace: null, entries };
}
