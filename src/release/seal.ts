import { type HostFacts, releaseFact } from "./facts.ts";
import { pastOf } from "./past.ts";

/** Whether a release is there that this program sealed, and its seal is not: other hands deleted it, no command of ours does. */
export function sealLost(facts: HostFacts, id: string): boolean {
  return releaseFact(facts, id)?.sealed === false && pastOf(facts.entries).get(id)?.sealed === true;
}

/** What that means, as a sentence without its end. */
export function sealIsGone(id: string): string {
  return `The seal of ${id}, which was in ${MANIFESTS} of the app root, is gone, so nobody can tell whether the release is whole`;
}

export const MANIFESTS = "`.symlink-helper/manifests`";
