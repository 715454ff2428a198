import type { DeployOptions } from "../api.ts";
import { checkProblems } from "../plan/checks.ts";
import type { HostProblem } from "../plan/facts.ts";
import { pruneAfter, type HostPlan } from "../plan/host-plan.ts";
import { problemsOfFollower } from "../plan/root-group.ts";
import { releaseFact, type HostFacts } from "../release/facts.ts";
import { recordOf } from "../release/record.ts";
import type { Debris } from "../release/recovery.ts";
import type { Reference } from "../release/reference.ts";
import { sealLost } from "../release/seal.ts";
import type { Report } from "../report/report.ts";
import { conclude, type Ending } from "./conclude.ts";
import { clearDebris, tellDebris } from "./debris.ts";
import { linksOf, reportProblems, tellElsewhere } from "./deploy.ts";
import { planFor } from "./host-plans.ts";
import type { HostTree } from "./host-tree.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { prepare } from "./prepare.ts";
import { follows, headOf, leads } from "./root-group.ts";
import { stampOf, warn, type FleetRun } from "./run.ts";
import { transact } from "./transact.ts";
import { nothingYet, type Transaction } from "./transaction.ts";
import { whyNotWhole } from "./unchanged.ts";

/** A host as it was seen under the lock. */
export interface Looked {
  readonly member: Member;
  readonly debris: Debris;
  /** With the debris gone. */
  readonly facts: HostFacts;
}

export type Found = Extract<Reference, { readonly ok: true }>;

export interface Bringing {
  readonly behind: readonly Looked[];
  readonly found: Found;
  /** Null where all that are behind have the release already. */
  readonly tree: HostTree | null;
  /** Hosts that have it, but not whole. */
  readonly damaged: ReadonlySet<Member>;
  readonly options: DeployOptions;
}

/** An end that leaves all as it was. */
export function asBefore({ release, tree }: Found, outcome: Ending["outcome"]): Ending {
  return { outcome, release, revision: null, tree, expected: ({ previous }) => previous, mayDiffer: false };
}

/**
 * Finds who has the release from before, whole, and need only switch to it. Returns those who have it and not whole: there it is made anew.
 * Throws the first failure where some host could not look.
 */
export async function findWhole(run: FleetRun, behind: readonly Looked[], release: string): Promise<ReadonlySet<Member>> {
  const damaged = new Set<Member>();
  const having = behind.filter(({ facts }) => releaseFact(facts, release)?.sealed === true || sealLost(facts, release));
  const factsOf = new Map(having.map(({ member, facts }) => [member, facts]));
  const errors: unknown[] = [];
  await onAll([...factsOf.keys()].filter(leads), async (member) => {
    const facts = factsOf.get(member);
    if (facts === undefined) return;
    try {
      const why = await member.phase("check", () => whyNotWhole(run, member, facts, release));
      if (why === null) member.part = "switches";
      else {
        damaged.add(member);
        warn(run, member.name, `${why}. It is made anew.`);
      }
    } catch (error) {
      errors.push(error);
    }
  });
  for (const { member } of behind) member.part = headOf(member).part;
  const [first] = errors;
  if (first instanceof Error) throw first;
  return damaged;
}

/** The transaction of a deploy, over the hosts that are behind, to a release that others have. */
export async function bringTo(run: FleetRun, members: readonly Member[], bringing: Bringing): Promise<Report> {
  const { behind, found, tree, options } = bringing;
  const plans = tree === null ? new Map<Member, HostPlan>() : plansOf(run, bringing, tree);
  if (reportProblems(new Map(behind.map(({ member }) => [member, problemsOf(run, member, plans.get(member))])), (all) => all))
    return conclude(run, members, asBefore(found, "failed"));
  for (const { member, debris } of behind.filter((one) => leads(one.member))) {
    // Where it is made, preparing tells it.
    if (!plans.has(member)) tellDebris(run, member, debris);
    tellElsewhere(run, member);
  }
  const tx = begin(run, members, bringing, plans);
  const debrisOf = new Map(behind.map(({ member, debris }) => [member, debris]));
  return transact(tx, {
    prepare: async (member) => {
      if (follows(member)) return;
      const [plan, debris] = [plans.get(member), debrisOf.get(member)];
      if (plan !== undefined && tree !== null)
        await prepare(tx, member, { plan, contents: tree, made: tree.made, fresh: options.fresh === true });
      else if (debris !== undefined) await clearDebris(run, member, debris);
    },
    remove: (member) => {
      const plan = plans.get(member);
      return plan === undefined ? [] : pruneAfter(plan, found.release, stampOf(run, member.generation));
    },
  });
}

/** Of a host that only switches, only whether it could be checked there. */
function problemsOf(run: FleetRun, member: Member, plan: HostPlan | undefined): readonly HostProblem[] {
  if (follows(member)) return member.facts === null ? [] : problemsOfFollower(run.context.config, member.host, member.facts);
  if (plan !== undefined) return [...plan.problems, ...plan.obstacles];
  return member.facts === null ? [] : checkProblems(run.context.config, member.host, member.facts);
}

/** For each host on which the release has to be made. */
function plansOf(run: FleetRun, { behind, found, damaged }: Bringing, tree: HostTree): ReadonlyMap<Member, HostPlan> {
  const making = behind.filter(({ member }) => leads(member) && member.part === "makes");
  return new Map(
    making.map(({ member, facts }) => {
      const anew = damaged.has(member);
      const plan = planFor(run, member, tree, member.facts);
      const debris = anew ? { ...plan.debris, discard: [...plan.debris.discard, found.release] } : plan.debris;
      const problems = anew ? plan.problems : [...plan.problems, ...takenName(facts, found.release)];
      return [member, { ...plan, debris, problems }];
    }),
  );
}

/** What this program did not seal stays. */
function takenName(facts: HostFacts, release: string): HostProblem[] {
  if (releaseFact(facts, release) === undefined) return [];
  return [{ code: "name-taken", text: `A directory ${release} is among the releases already, and this program did not make it` }];
}

function begin(run: FleetRun, members: readonly Member[], bringing: Bringing, plans: ReadonlyMap<Member, HostPlan>): Transaction {
  const { behind, found, tree, options } = bringing;
  const records = behind.map(({ member, facts }) => [member, recordOf(facts, found.release)] as const);
  const fingerprints = records.flatMap(([member, { fingerprint }]): [Member, string][] => {
    const known = plans.get(member)?.fingerprint ?? fingerprint;
    return known === null ? [] : [[member, known]];
  });
  const [, here] = records.find(([, { createdAt }]) => createdAt !== null) ?? [];
  return {
    run,
    action: "deploy",
    members: behind.map(({ member }) => member),
    everyone: members,
    release: found.release,
    revision: tree?.revision ?? here?.revision ?? null,
    message: options.message || (tree?.made.message ?? here?.message ?? ""),
    tree: found.tree,
    joins: true,
    fingerprints: new Map(fingerprints),
    before: linksOf(members),
    ...nothingYet(),
  };
}
