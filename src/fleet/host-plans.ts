import type { Facts } from "../plan/facts.ts";
import { planHost, type HostPlan } from "../plan/host-plan.ts";
import { lacksOfKept } from "../plan/kept-problems.ts";
import { planOfFollower } from "../plan/root-group.ts";
import type { TreeContents } from "../tree/entry.ts";
import type { Member } from "./member.ts";
import { headOf, leads } from "./root-group.ts";
import { stampOf, type FleetRun } from "./run.ts";

/** What a deploy will do on a host by itself. */
export function planFor(run: FleetRun, member: Member, contents: TreeContents, facts: Facts | null): HostPlan {
  if (facts === null) throw new Error(`${member.name} was not looked at`);
  const { tree, kept } = contents;
  const stamp = stampOf(run, member.generation);
  if (kept === undefined) return planHost(run.context.config, member.host, tree, facts, stamp);
  const plan = planHost(run.context.config, member.host, kept.tree, facts, stamp, tree);
  return { ...plan, problems: [...plan.problems, ...lacksOfKept(plan, kept.hides)] };
}

/** One for each host; those that share an app root with another one have no plans for that. */
export function plansFor(run: FleetRun, members: readonly Member[], contents: TreeContents): ReadonlyMap<Member, HostPlan> {
  const own = new Map(members.map((member) => [member, planFor(run, member, contents, member.facts)]));
  return new Map(members.map((member) => [member, leads(member) ? planOf(own, member) : followPlan(run, member, own)]));
}

function followPlan({ context }: FleetRun, member: Member, own: ReadonlyMap<Member, HostPlan>): HostPlan {
  if (member.facts === null) throw new Error(`${member.name} was not looked at`);
  return planOfFollower(context.config, member.host, planOf(own, headOf(member)), planOf(own, member), member.facts);
}

export function planOf(plans: ReadonlyMap<Member, HostPlan>, member: Member): HostPlan {
  const plan = plans.get(member);
  if (plan === undefined) throw new Error(`${member.name} has no plan`);
  return plan;
}
