import { backTarget } from "./back.ts";
import { type HostFacts, type ReleaseFact, serves } from "./facts.ts";
import { behind } from "./line.ts";
import { type Past, pastOf } from "./past.ts";
import { stateFrom } from "./state.ts";

export interface PrunePolicy {
  /** How many good releases stay, the live one among them, pinned ones besides; less than 1 counts as 1. */
  readonly keep: number;
  /** Seconds for which a release that was live is safe. */
  readonly grace: number;
  /** Releases that must stay for reasons this host's facts do not tell: in use by a process, being prepared. */
  readonly protect?: readonly string[];
}

export interface Pruning {
  /** In the order in which to remove them: what failed first, then the oldest. */
  readonly remove: readonly string[];
  readonly kept: readonly { readonly id: string; readonly why: string }[];
}

/**
 * What to remove from a host's releases (P6). To be called under the lock: nobody else is preparing anything, so what never was
 * live is garbage, complete or not. Good releases are worth most on the line that rollback walks along, the nearest first; then
 * those somebody went back from, the last live one first. A release that was live but never confirmed does not count toward
 * `keep` and goes once it is older than everything kept. What this program neither made nor adopted stays for ever.
 */
export function pruneCandidates(facts: HostFacts, given: PrunePolicy): Pruning {
  const policy = { ...given, keep: given.keep >= 1 ? given.keep : 1 };
  const pasts = pastOf(facts.entries);
  const candidates = facts.releases.map((fact) => candidate(facts, fact, pasts.get(fact.id))).toSorted(byAge);
  const counted = chosen(facts, candidates, policy.keep);
  const shield = shields(facts, candidates, policy, counted);
  const spared = candidates.map((one) => ({ one, why: shield(one) }));
  const worthless = spared.filter(({ why }) => why === null).map(({ one }) => one);
  return {
    remove: [...worthless.filter(isGarbage), ...worthless.filter((one) => !isGarbage(one))].map(({ id }) => id),
    kept: spared.flatMap(({ one, why }) => (why === null ? [] : [{ id: one.id, why }])),
  };
}

interface Candidate {
  readonly id: string;
  readonly fact: ReleaseFact;
  readonly past: Past | undefined;
  /** How much it may matter to somebody. `doubtful`: may have been good, for all the ledger tells. */
  readonly worth: "unknown" | "good" | "doubtful" | "garbage";
  /** Comparable among candidates: when it was last of use. */
  readonly age: number;
}

function candidate(facts: HostFacts, fact: ReleaseFact, past: Past | undefined): Candidate {
  const age = past === undefined ? -1 : Math.max(past.lastLive ?? -1, past.since);
  return { id: fact.id, fact, past, worth: worth(facts, fact, past), age };
}

function worth(facts: HostFacts, fact: ReleaseFact, past: Past | undefined): Candidate["worth"] {
  if (past?.ours !== true) return "unknown";
  const state = stateFrom(past, fact, false);
  if (state === "good" || state === "adopted") return "good";
  // Where lines are lost, one of them may have told that this was live and good.
  const mayHaveServed = state === "live" || (state === "sealed" && (facts.damaged ?? 0) > 0);
  return mayHaveServed ? "doubtful" : "garbage";
}

function byAge(a: Candidate, b: Candidate): number {
  return a.age - b.age || (a.id < b.id ? -1 : 1);
}

function isGarbage(one: Candidate): boolean {
  return one.worth === "garbage";
}

/** The good ones that `keep` keeps, best first. */
function chosen(facts: HostFacts, candidates: readonly Candidate[], keep: number): readonly Candidate[] {
  const line = behind(facts);
  const rank = ({ id }: Candidate): number => {
    const place = line.indexOf(id);
    if (id === facts.live) return -1;
    return place === -1 ? line.length : place;
  };
  const good = candidates.filter((one) => one.worth === "good" && one.past?.pinned !== true);
  return good.toSorted((a, b) => rank(a) - rank(b) || byAge(b, a)).slice(0, keep);
}

type Shield = (one: Candidate) => string | null;

/** The first reason to keep a candidate; null: there is none. */
function shields(facts: HostFacts, candidates: readonly Candidate[], policy: PrunePolicy, counted: readonly Candidate[]): Shield {
  const target = backTarget(facts).release;
  const full = counted.length >= policy.keep;
  const oldest = Math.min(...counted.map(({ age }) => age));
  const reasons: readonly [why: string, holds: (one: Candidate) => boolean][] = [
    ["it is live", ({ id }) => serves(facts, id)],
    ["it is in use", ({ id }) => policy.protect?.includes(id) === true],
    ["a rollback would go to it", ({ id }) => id === target],
    ["it is pinned", ({ past }) => past?.pinned === true],
    ["this program did not make it", (one) => one.worth === "unknown"],
    ["it was live a moment ago", (one) => leftRecently(one, candidates, facts.live, policy.grace)],
    [
      policy.keep === 1 ? "it is the one good release to keep" : `it is one of ${policy.keep} good releases to keep`,
      (one) => counted.includes(one),
    ],
    ["it was live and is no older than what is kept", (one) => one.worth === "doubtful" && (!full || one.age > oldest)],
  ];
  return (one) => reasons.find(([, holds]) => holds(one))?.[0] ?? null;
}

/**
 * Where the host does not know when a release was left (or its clock was set back since), the order of the ledger helps: it was
 * left before a later one was, and if that is long ago, so is this.
 */
function leftRecently({ fact, past }: Candidate, candidates: readonly Candidate[], live: string | null, grace: number): boolean {
  if (fact.leftAgo !== null && fact.leftAgo >= 0) return fact.leftAgo < grace;
  const place = past?.lastLive ?? null;
  if (place === null && fact.leftAgo === null) return false;
  const later = candidates.filter((other) => (other.past?.lastLive ?? -1) > (place ?? Infinity));
  return !later.some(({ id, fact: { leftAgo } }) => id !== live && (leftAgo ?? -1) >= grace);
}
