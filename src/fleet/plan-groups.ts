import type { ResolvedHost } from "../config/resolved.ts";
import type { Facts } from "../plan/facts.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import { factsOfFollower, planOfFollower } from "../plan/root-group.ts";
import type { ReusePlanRow } from "../report/documents.ts";
import type { Transfer } from "../tree/difference.ts";
import type { Member } from "./member.ts";
import { findGroups, leads, missedInGroup } from "./root-group.ts";
import { warn, type FleetRun } from "./run.ts";

/** What was planned for one host. */
export interface Planned {
  readonly plan: HostPlan;
  readonly transfer: Transfer | null;
  readonly reuse: readonly ReusePlanRow[] | null;
  readonly facts: Facts;
}

/** Hosts, with what was planned for those that could be asked. */
export type LookedAt = readonly { readonly member: Member; readonly result: Planned | null }[];

/** Hosts that share an app root: what is done to that is planned for the first of them. A root that is yet to be made has no id to be known by. */
export function inGroups(run: FleetRun, looked: LookedAt): LookedAt {
  for (const { member, result } of looked) member.rootId = result?.facts.rootId ?? "";
  findGroups(looked.map(({ member }) => member));
  const own = looked.map(({ member, result }) => ({
    member,
    result: result === null ? null : unlessMissed(run, member, result),
  }));
  return own.map(({ member, result }) => {
    const leading = own.find((one) => one.member === member.leader)?.result ?? null;
    if (leads(member) || result === null || leading === null) return { member, result };
    const facts = factsOfFollower(leading.facts, result.facts);
    const plan = planOfFollower(run.context.config, member.host, leading.plan, result.plan, facts);
    return { member, result: { ...result, plan, reuse: [], facts } };
  });
}

/** Where one of a group missed what is live, a deploy has something to do. */
function unlessMissed(run: FleetRun, member: Member, planned: Planned): Planned {
  const missed = leads(member) && planned.plan.unchanged ? missedInGroup(member, planned.plan.facts) : null;
  if (missed === null) return planned;
  warn(run, member.name, `${missed.text}. A deploy makes it anew.`);
  return { ...planned, plan: { ...planned.plan, unchanged: false } };
}

/** The member that is a host of the configuration. */
export function memberOf(hosts: LookedAt, host: ResolvedHost): Member {
  const found = hosts.find(({ member }) => member.host === host);
  if (found === undefined) throw new Error(`${host.name} was not looked at`);
  return found.member;
}
