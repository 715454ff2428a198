import type { Commands } from "../report/command-line.ts";
import { groupBy, someHosts } from "../report/group.ts";
import { releaseFact } from "./facts.ts";
import { recordOf } from "./record.ts";
import type { HostWithFacts } from "./rollback-fleet.ts";
import { stateOf } from "./state.ts";

/** The release of an environment whose tree another environment can get, or why there is none. */
export type Promotable =
  | {
      readonly ok: true;
      readonly release: string;
      /** Hosts that have it sealed: its tree can be taken from them. */
      readonly from: readonly string[];
      /** The commit that it was made from; null where it was made from none. */
      readonly revision: string | null;
    }
  | NoPromotion;

interface NoPromotion {
  readonly ok: false;
  readonly message: string;
  readonly remedy: string;
  /** What is live where. */
  readonly output: readonly string[];
}

export interface PromotionRequest {
  /** The environment that the hosts are of. */
  readonly environment: string;
  /** Default: what is live on all of them. */
  readonly release?: string;
  /** Of that environment. */
  readonly commands: Commands;
}

/**
 * What is live and good on every host; or the release that is named, where it was good. What serves only some hosts, or was never confirmed,
 * is nothing that anybody has tried there.
 */
export function promotable(hosts: readonly HostWithFacts[], request: PromotionRequest): Promotable {
  const release = request.release ?? liveOnAll(hosts, request);
  if (typeof release !== "string") return release;
  if (hosts.every(({ facts }) => releaseFact(facts, release) === undefined)) return notThere(hosts, release, request);
  const good = hosts.filter(({ facts }) => stateOf(facts, release) === "good");
  if (good.length === 0) return notGood(hosts, release, request);
  if (request.release === undefined && good.length < hosts.length) return notGood(hosts, release, request);
  const from = good.filter(({ facts }) => releaseFact(facts, release)?.sealed === true);
  if (from.length === 0) return notThere(hosts, release, request);
  const trees = groupBy(from, ({ facts }) => recordOf(facts, release).tree ?? "");
  if (trees.length > 1) return otherFiles(hosts, release, trees, request);
  const revision = from.map(({ facts }) => recordOf(facts, release).revision).find((one) => one !== null) ?? null;
  return { ok: true, release, from: from.map(({ host }) => host), revision };
}

/** The good releases that were made from a commit and are still there, newest last. */
export function goodFrom(hosts: readonly HostWithFacts[], revision: string): readonly string[] {
  const ids = hosts.flatMap(({ facts }) =>
    facts.releases.map(({ id }) => id).filter((id) => recordOf(facts, id).revision === revision && isGood(facts, id)),
  );
  return [...new Set(ids)].toSorted();
}

function isGood(facts: HostWithFacts["facts"], id: string): boolean {
  return stateOf(facts, id) === "good" && releaseFact(facts, id)?.sealed === true;
}

function liveOnAll(hosts: readonly HostWithFacts[], request: PromotionRequest): string | NoPromotion {
  const { environment, commands } = request;
  const groups = groupBy(hosts, ({ facts }) => facts.live ?? "");
  const release = groups[0]?.[0].facts.live ?? null;
  if (groups.length === 1 && release !== null) return release;
  return groups.length === 1
    ? refusal(hosts, `No release is live in ${environment}.`, `To make one there: ${commands("deploy")}`)
    : refusal(
        hosts,
        `The hosts of ${environment} serve different releases: it cannot be told which of them is meant.`,
        `Bring them together first: ${commands("deploy", "--only-behind")}. Or name one that was good: --release RELEASE`,
      );
}

function notGood(hosts: readonly HostWithFacts[], release: string, { environment, commands }: PromotionRequest): NoPromotion {
  const message = `${release} was never confirmed as good ${hosts.length > 1 ? "on every host of" : "in"} ${environment}.`;
  return refusal(hosts, message, `To see what is there: ${commands("releases")}`);
}

function notThere(hosts: readonly HostWithFacts[], release: string, { environment, commands }: PromotionRequest): NoPromotion {
  const message = `${release} is on no host of ${environment}, or not as this program made it.`;
  return refusal(hosts, message, `To see what is there: ${commands("releases")}`);
}

function otherFiles(
  hosts: readonly HostWithFacts[],
  release: string,
  trees: readonly (readonly HostWithFacts[])[],
  { commands }: PromotionRequest,
): NoPromotion {
  const who = trees.map((group) => someHosts(group.map(({ host }) => host))).join(" | ");
  const message = `${release} was made from other files on some hosts than on others: ${who}.`;
  return refusal(hosts, message, `To make one release on all of them: ${commands("deploy")}`);
}

function refusal(hosts: readonly HostWithFacts[], message: string, remedy: string): NoPromotion {
  const output = hosts.map(({ host, facts }) =>
    facts.live === null ? `${host}: nothing is live` : `${host}: ${facts.live} is live (${stateOf(facts, facts.live)})`,
  );
  return { ok: false, message, remedy, output };
}
