import { someHosts, groupBy } from "../report/group.ts";
import type { Commands } from "../report/command-line.ts";
import { releaseFact, type HostFacts, noRelease } from "./facts.ts";
import { recordOf } from "./record.ts";
import type { HostWithFacts } from "./rollback-fleet.ts";
import { sealIsGone, sealLost } from "./seal.ts";
import { stateOf } from "./state.ts";

/** What hosts that are behind are brought to, or why that cannot be told. */
export type Reference =
  | {
      readonly ok: true;
      readonly release: string;
      /** Hosts where it is live and good, and sealed: it can be taken from them. */
      readonly from: readonly string[];
      /** Hosts where something else is live, or nothing. */
      readonly behind: readonly string[];
      /** Digest of its tree; null where no ledger tells. */
      readonly tree: string | null;
    }
  | NoReference;

interface NoReference {
  readonly ok: false;
  readonly kind: "nothing-good" | "not-live" | "hosts-differ" | "other-content";
  readonly message: string;
  readonly remedy: string;
  /** What is live where. */
  readonly output: readonly string[];
}

export interface ReferenceRequest {
  /** The release that it shall be. Default: the one that came after all others. */
  readonly to?: string;
  readonly commands: Commands;
  /** The same for all hosts, where `commands` are for some. */
  readonly forAll?: Commands;
}

/**
 * The release that is live and good on some hosts and that all others should have. Several are live: the one that came after all the
 * others, by what the ledgers of its hosts tell, where no ledger tells the contrary. Times are not compared, nor hosts counted: a
 * deploy of one host alone may be what people want, or what they do not.
 */
export function referenceOf(hosts: readonly HostWithFacts[], request: ReferenceRequest): Reference {
  const good = hosts.filter(({ facts }) => isReference(facts));
  const groups = groupBy(good, ({ facts }) => facts.live ?? "");
  const { to } = request;
  if (good.length === 0 && to === undefined) return nothingGood(hosts, request);
  const chosen = to === undefined ? newest(groups, hosts) : groups.find(([{ facts }]) => facts.live === to);
  if (chosen === undefined) return to === undefined ? differ(hosts, groups, request) : notLive(hosts, to, request);
  const release = chosen[0].facts.live ?? "";
  const trees = groupBy(
    hosts.filter(({ facts }) => recordOf(facts, release).tree !== null),
    ({ facts }) => recordOf(facts, release).tree ?? "",
  );
  if (trees.length > 1) return otherContent(hosts, release, trees, request);
  return {
    ok: true,
    release,
    from: chosen.map(({ host }) => host),
    behind: hosts.filter(({ facts }) => facts.live !== release).map(({ host }) => host),
    tree: recordOf(chosen[0].facts, release).tree,
  };
}

function isReference(facts: HostFacts): boolean {
  const { live } = facts;
  return live !== null && stateOf(facts, live) === "good" && releaseFact(facts, live)?.sealed === true;
}

type Group = readonly [HostWithFacts, ...HostWithFacts[]];

/** The one group that came after whatever is live elsewhere, good or not. */
function newest(groups: readonly Group[], hosts: readonly HostWithFacts[]): Group | undefined {
  return groups.find((group) => {
    const live = group[0].facts.live;
    return hosts.every((other) => other.facts.live === live || isBehind(other, group, groups));
  });
}

/**
 * Whether a host has yet to come where `group` is. One that serves what is good somewhere is, where that was good in the group before, and
 * the group's release never was here. What was made here by other means, or is not confirmed, is only known not to come after.
 */
function isBehind({ facts }: HostWithFacts, group: Group, groups: readonly Group[]): boolean {
  const theirs = group[0].facts.live ?? "";
  if (facts.live === null) return true;
  const alike = groups.find(([first]) => first.facts.live === facts.live) ?? [];
  if ([{ facts }, ...alike].some((one) => wasGood(one.facts, theirs))) return false;
  return alike.length === 0 || group.some((one) => wasGood(one.facts, facts.live ?? ""));
}

/** Whether a release was good on a host, by evidence that outlives its directory. What was taken back never was. */
function wasGood({ entries }: HostFacts, release: string): boolean {
  return entries.some(
    ({ kind, release: about, from }) => SETTLED.has(kind) && (about === release || (kind !== "adopted" && from === release)),
  );
}

const SETTLED: ReadonlySet<string> = new Set(["good", "adopted", "foreign"]);

function nothingGood(hosts: readonly HostWithFacts[], { commands, forAll = commands }: ReferenceRequest): NoReference {
  const lost = hosts.filter(
    ({ facts }) => facts.live !== null && stateOf(facts, facts.live) === "good" && sealLost(facts, facts.live),
  );
  if (lost.length > 0) {
    const ids = [...new Set(lost.map(({ facts }) => facts.live ?? ""))];
    const message = `${ids.map((id) => `${sealIsGone(id)}.`).join(" ")} So nobody is brought to it.`;
    return refusal("nothing-good", message, `To make one on all of them: ${forAll("deploy", "--force")}`, hosts);
  }
  const message =
    "No host serves a release that this program made and that was confirmed: there is nothing to bring the others to.";
  return refusal("nothing-good", message, `To make one on all of them: ${forAll("deploy")}`, hosts);
}

function notLive(hosts: readonly HostWithFacts[], to: string, { commands }: ReferenceRequest): NoReference {
  const message = `${to} is live and good on no host, so the others cannot be brought to it.`;
  const remedy = `To go back to it where it is: ${commands("rollback", "--to", to)}. To see what there is: ${commands("releases")}`;
  return refusal("not-live", message, remedy, hosts);
}

function differ(hosts: readonly HostWithFacts[], groups: readonly Group[], { commands }: ReferenceRequest): NoReference {
  const choices = groups.map(([{ facts }]) => commands("deploy", "--only-behind", "--to", facts.live ?? ""));
  const message =
    groups.length > 1
      ? "Hosts serve different good releases, and it cannot be told which of them all should have."
      : "It cannot be told whether the other hosts are behind: they served what is live elsewhere, and have left it since.";
  return refusal("hosts-differ", message, `Say which: ${choices.join("  or  ")}`, hosts);
}

function otherContent(
  hosts: readonly HostWithFacts[],
  release: string,
  trees: readonly Group[],
  { commands, forAll = commands }: ReferenceRequest,
): NoReference {
  const who = trees.map((group) => someHosts(group.map(({ host }) => host))).join(" | ");
  const message = `${release} was made from other files on some hosts than on others: ${who}. They are two releases of one name.`;
  return refusal("other-content", message, `To make one on all of them: ${forAll("deploy")}`, hosts);
}

function refusal(kind: NoReference["kind"], message: string, remedy: string, hosts: readonly HostWithFacts[]): NoReference {
  return { ok: false, kind, message, remedy, output: hosts.map(({ host, facts }) => `${host}: ${served(facts)}`) };
}

function served(facts: HostFacts): string {
  const { live } = facts;
  if (live === null) return noRelease(facts) ?? "nothing is live";
  return `${live} is live (${stateOf(facts, live)})`;
}
