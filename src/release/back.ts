import { type HostFacts, releaseFact } from "./facts.ts";
import { behind } from "./line.ts";
import { type Past, pastOf } from "./past.ts";
import { stateFrom } from "./state.ts";

/** Where going back leads from what is live now, before anybody asks whether it should. */
export interface BackTarget {
  /** Null: there is nothing to go back to. */
  readonly release: string | null;
  /** Good releases before the live one that are passed over, nearest first, and why. */
  readonly passed: readonly { readonly id: string; readonly why: "gone" | "unsealed" }[];
}

/** The last release that was live and good here before the present one, and can still be gone to (P7). */
export function backTarget(facts: HostFacts): BackTarget {
  const pasts = pastOf(facts.entries);
  const passed: { id: string; why: "gone" | "unsealed" }[] = [];
  for (const id of behind(facts)) {
    const fact = releaseFact(facts, id);
    if (fact !== undefined && canServe(fact, pasts.get(id))) return { release: id, passed };
    passed.push({ id, why: fact === undefined ? "gone" : "unsealed" });
  }
  return { release: null, passed };
}

/** Whether a directory is known to have been complete: we sealed it, or it served before we came. */
function canServe(fact: { readonly sealed: boolean }, past: Past | undefined): boolean {
  return fact.sealed || past?.adopted === true;
}

/** Every release that `rollback --to` accepts, the most promising first. */
export function namable(facts: HostFacts): readonly string[] {
  const pasts = pastOf(facts.entries);
  const rank = (id: string): number => pasts.get(id)?.lastLive ?? -1;
  return facts.releases
    .filter((fact) => fact.id !== facts.live && canServe(fact, pasts.get(fact.id)))
    .filter((fact) => stateFrom(pasts.get(fact.id), fact, false) !== "failed")
    .map((fact) => fact.id)
    .toSorted((a, b) => Number(isGood(pasts.get(b))) - Number(isGood(pasts.get(a))) || rank(b) - rank(a) || (a < b ? 1 : -1));
}

/** What a person may be told to go to: of those, none that failed when it was live. */
export function advisable(facts: HostFacts): readonly string[] {
  const pasts = pastOf(facts.entries);
  return namable(facts).filter((id) => stateFrom(pasts.get(id), releaseFact(facts, id), false) !== "returned");
}

/** Releases that were live after `release` was last, never confirmed, and could be gone to by name. Newest first. */
export function unconfirmedSince(facts: HostFacts, release: string): readonly string[] {
  const pasts = pastOf(facts.entries);
  const place = pasts.get(release)?.lastLive ?? -1;
  return namable(facts).filter((id) => {
    const past = pasts.get(id);
    return past?.ended === "live" && !isGood(past) && (past.lastLive ?? -1) > place;
  });
}

function isGood(past: Past | undefined): boolean {
  return past?.good === true || past?.adopted === true;
}
