import type { CommandContext, DeployOptions } from "../api.ts";
import { UserError } from "../errors.ts";
import { pruneAfter, type HostPlan } from "../plan/host-plan.ts";
import { nextReleaseId } from "../release/id.ts";
import type { PlanDocument } from "../report/documents.ts";
import type { Report } from "../report/report.ts";
import type { TreeContents } from "../tree/entry.ts";
import { tellCommits } from "./commits.ts";
import { conclude, type Ending } from "./conclude.ts";
import { clearDebris, tellDebris } from "./debris.ts";
import { closeAll } from "./finish.ts";
import { planFor, planOf, plansFor } from "./host-plans.ts";
import { tellLeftOut } from "./left-out.ts";
import { NotOpened, openAll } from "./lock.ts";
import type { FindProblems } from "./queue.ts";
import type { HostProblem } from "../plan/facts.ts";
import { lookAhead, reachAll } from "./reach.ts";
import { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { telling } from "./notify.ts";
import { count } from "../report/units.ts";
import { shownPaths } from "../tree/names.ts";
import { tellPhp } from "./php.ts";
import type { Ports } from "./ports.ts";
import { preflightFailure } from "./preflight.ts";
import { NotPromoted } from "./promote.ts";
import { prepare } from "./prepare.ts";
import { leads } from "./root-group.ts";
import { notice, stampOf, startRun, warn, type FleetRun } from "./run.ts";
import { BuildFailed, takeTree, withSource } from "./source.ts";
import { forHostsOf, optionsOf, outdated, plannedToPrune, readPlan, requireSame } from "./saved-plan.ts";
import { transact } from "./transact.ts";
import { agreeUnchanged, findDamage } from "./unchanged.ts";
import { nothingYet, type Link, type Transaction } from "./transaction.ts";

/**
 * Makes a new release on every host and switches all of them to it, or none (P2). The tree is pinned first; then lock and facts of all
 * hosts; the plan is made from those, under the lock, and carried out. Throws UserError for what the user can put right.
 */
export async function deploy(given: CommandContext, asked: DeployOptions, ports: Ports): Promise<Report> {
  if (asked.to !== undefined) throw aboutOnlyBehind();
  const saved = asked.plan === undefined ? null : await readPlan(asked.plan, given);
  const options = saved === null ? asked : optionsOf(saved, asked, given.config);
  const context = withSource(saved === null ? given : forHostsOf(saved, given), options);
  const run = startRun("deploy", context, ports);
  // It goes into the lock, the release and the ledger of every host.
  const message = run.masker(options.message ?? "");
  return telling(run, message, () => deployAll(run, { ...options, message }, saved));
}

function aboutOnlyBehind(): UserError {
  const message = "--to says which live release the hosts that are behind get.";
  return new UserError({ kind: "usage", message, remedy: "Say --only-behind with it; or, to go back, rollback --to RELEASE." });
}

async function deployAll(run: FleetRun, options: DeployOptions, saved: PlanDocument | null): Promise<Report> {
  const { context } = run;
  let members: readonly Member[] = context.config.hosts.map((host) => new Member(run, host));
  let contents: TreeContents | null = null;
  try {
    const { taken, reached } = await takeTreeWhileReaching(run, members, options);
    contents = taken;
    run.promotedFrom = taken.promotedFrom ?? null;
    members = reached;
    for (const text of taken.warnings) warn(run, null, text);
    const problems: FindProblems = (member, facts) => planFor(run, member, taken, facts).problems;
    tellLeftOut(run);
    await openAll(run, members, { reason: options.message, problems });
    return await deployLocked(run, members, taken, options, saved);
  } catch (error) {
    return await conclude(run, members, beforeAnything(run, error));
  } finally {
    await closeAll(run, members);
    await contents?.close();
  }
}

/** Reads, builds and hashes while the hosts are being reached and, if it may take long, looked at: what is wrong there is told at once. */
async function takeTreeWhileReaching(run: FleetRun, members: readonly Member[], options: DeployOptions): Promise<Taken> {
  const unreached = new AbortController();
  const reaching = reachAll(run, members).then(async (reached) => {
    if (run.context.config.build.length > 0) await lookAhead(run, reached);
    return reached;
  });
  reaching.catch((error: unknown) => unreached.abort(error));
  const taken = await takeTree(run, options, unreached.signal);
  try {
    return { taken, reached: await reaching };
  } catch (error) {
    await taken.close();
    throw error;
  }
}

interface Taken {
  readonly taken: TreeContents;
  /** The hosts that the deploy goes on with. */
  readonly reached: readonly Member[];
}

/** An end before any host was touched: rethrown if it is the user's to put right. */
function beforeAnything(run: FleetRun, error: unknown): Ending {
  const nothing = { release: null, revision: null, tree: null, expected: () => null, mayDiffer: false };
  if (run.context.signal.aborted) return { ...nothing, outcome: "interrupted" };
  if (error instanceof NotOpened) return { ...nothing, outcome: error.locked ? "locked" : "failed" };
  if (error instanceof BuildFailed || error instanceof NotPromoted) return { ...nothing, outcome: "failed", error };
  throw error;
}

async function deployLocked(
  run: FleetRun,
  members: readonly Member[],
  contents: TreeContents,
  options: DeployOptions,
  saved: PlanDocument | null,
): Promise<Report> {
  const plans = plansFor(run, members, contents);
  if (saved !== null) await requireSame(run, saved, contents, plans);
  const { tree, revision } = contents;
  const asBefore: Omit<Ending, "outcome"> = {
    release: null,
    revision,
    tree: tree.digest,
    expected: ({ previous }) => previous,
    mayDiffer: false,
  };
  if (reportProblems(plans, ({ problems }) => problems)) return conclude(run, members, { ...asBefore, outcome: "failed" });
  tellHidden(run, plans);
  await tellCommits(
    run,
    contents,
    members.map(({ facts }) => facts),
  );
  if (options.force !== true && options.fresh !== true && agreeUnchanged(plans)) {
    const damage = await findDamage(run, plans);
    // Who was stopped while looking has seen nothing, and that is no good news.
    if (run.context.signal.aborted) return conclude(run, members, { ...asBefore, outcome: "interrupted" });
    if (damage.size === 0) return unchanged(run, plans, asBefore);
    if (saved !== null)
      throw outdated(
        run,
        [...damage].map(([{ name }, why]) => `${name}: ${why}`),
      );
    for (const [member, why] of damage) warn(run, member.name, `${why}. It is made anew.`);
  }
  if (reportProblems(plans, ({ obstacles }) => obstacles)) return conclude(run, members, { ...asBefore, outcome: "failed" });
  for (const member of members.filter(leads)) tellElsewhere(run, member);
  for (const member of members) tellPhp(run, member);
  const tx = begin(run, members, plans, contents, options);
  return transact(tx, {
    prepare: async (member) => {
      if (leads(member)) await prepare(tx, member, { plan: planOf(plans, member), contents, fresh: options.fresh === true });
    },
    remove: (member) => {
      const ids = pruneAfter(planOf(plans, member), tx.release, stampOf(run, member.generation));
      return saved === null ? ids : ids.filter(plannedToPrune(saved, member.name));
    },
  });
}

/** Nothing to do, apart from what an interrupted run left. */
async function unchanged(
  run: FleetRun,
  plans: ReadonlyMap<Member, HostPlan>,
  asBefore: Omit<Ending, "outcome">,
): Promise<Report> {
  const members = [...plans.keys()];
  await onAll(members.filter(leads), async (member) => {
    const { debris } = planOf(plans, member);
    tellDebris(run, member, debris);
    await clearDebris(run, member, debris);
  });
  if (members.some(({ error }) => error !== null)) return conclude(run, members, { ...asBefore, outcome: "failed" });
  notice(run, null, "What is live was made from the same tree, tasks and rules.");
  return conclude(run, members, { ...asBefore, release: members[0]?.live ?? null, outcome: "unchanged" });
}

/** What is replaced is told where it is no release: a rollback cannot go back to it. */
export function tellElsewhere(run: FleetRun, member: Member): void {
  const text = member.facts?.release.elsewhere ?? null;
  if (text !== null)
    warn(run, member.name, `current pointed to ${text}, which is no release here: rollback cannot go back to it.`);
}

/** All problems of all hosts at once, before anything changes. */
export function reportProblems<Plan>(plans: ReadonlyMap<Member, Plan>, of: (plan: Plan) => readonly HostProblem[]): boolean {
  const found = [...plans]
    .map(([member, plan]) => ({ member, problems: of(plan) }))
    .filter(({ problems }) => problems.length > 0);
  for (const { member, problems } of found) member.fail(preflightFailure(member, problems), "preflight");
  return found.length > 0;
}

/** What is tracked and yet in no release: meant, mostly; when not, hard to find. */
function tellHidden(run: FleetRun, plans: ReadonlyMap<Member, HostPlan>): void {
  const texts = [...plans.values()].map(({ shared }) =>
    shared
      .flatMap(({ entry, hides }) =>
        hides.length > 0 ? [`${entry.path} (${count(hides.length, "tracked file")}: ${shownPaths(hides)})`] : [],
      )
      .join(", "),
  );
  for (const text of new Set(texts))
    if (text !== "") notice(run, null, `In every release a link to shared/ takes the place of: ${text}.`);
}

function begin(
  run: FleetRun,
  members: readonly Member[],
  plans: ReadonlyMap<Member, HostPlan>,
  contents: TreeContents,
  options: DeployOptions,
): Transaction {
  const known = [...plans.values()].flatMap(({ facts }) => [
    ...facts.releases.map(({ id }) => id),
    ...facts.entries.map((entry) => entry.release),
  ]);
  return {
    run,
    action: "deploy",
    members,
    everyone: members,
    release: nextReleaseId(run.ports.now(), known),
    revision: contents.revision,
    message: options.message ?? "",
    tree: contents.tree.digest,
    fingerprints: new Map(members.map((member) => [member, planOf(plans, member).fingerprint])),
    before: linksOf(members),
    ...nothingYet(),
  };
}

/** What `current` says on each host, as seen under the lock. */
export function linksOf(members: readonly Member[]): Map<Member, Link> {
  return new Map(
    members.map((member) => [
      member,
      { text: member.facts?.currentText ?? ("" as Link["text"]), release: member.facts?.release.live ?? null },
    ]),
  );
}
