import type { CommandContext, RollbackOptions } from "../api.ts";
import { HostFailure, UserError } from "../errors.ts";
import { type ByteString, textOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { checkProblems } from "../plan/checks.ts";
import { findDebris, withoutDebris, type Debris } from "../release/recovery.ts";
import { fleetRollbackTarget, type FleetRollbackTarget } from "../release/rollback-fleet.ts";
import { liveSince } from "../release/state.ts";
import type { Report } from "../report/report.ts";
import type { HostFacts } from "../release/facts.ts";
import { conclude, type Ending } from "./conclude.ts";
import { clearDebris, tellDebris } from "./debris.ts";
import { linksOf } from "./deploy.ts";
import { Member } from "./member.ts";
import { telling } from "./notify.ts";
import type { Ports } from "./ports.ts";
import { preflightFailure } from "./preflight.ts";
import { follows, leads } from "./root-group.ts";
import { stampOf, startRun, warn, type FleetRun } from "./run.ts";
import { transact } from "./transact.ts";
import { nothingYet, type Transaction } from "./transaction.ts";
import { underLock } from "./under-lock.ts";

/** Goes back to the last release that was live and good on all hosts, or to a named one (P7): the same transaction as a deploy's switch. */
export async function rollback(context: CommandContext, options: RollbackOptions, ports: Ports): Promise<Report> {
  const run = startRun("rollback", context, ports);
  return telling(run, "", () => underLock(run, (members) => goBack(run, members, options)));
}

async function goBack(run: FleetRun, members: readonly Member[], options: RollbackOptions): Promise<Report> {
  const looked = members.map((member) => look(run, member));
  const target = await chooseTarget(run, looked, options);
  const taking = leaveAlone(run, members, target);
  const moving = taking.filter(({ name }) => !target.already.includes(name));
  for (const text of target.warnings) warn(run, null, text);
  if (refusedByChecks(run, moving)) return conclude(run, taking, nothingDone);
  const tx = begin(run, taking, moving, target.release, looked);
  return transact(tx, {
    prepare: (member) => makeReady(tx, member, looked, options),
  });
}

const nothingDone: Ending = {
  outcome: "failed",
  release: null,
  revision: null,
  tree: null,
  expected: ({ previous }) => previous,
  mayDiffer: false,
};

/** Hosts that lack the release are named, and nothing is done there. Returns the others. */
function leaveAlone(run: FleetRun, members: readonly Member[], { left }: Target): readonly Member[] {
  const why = new Map(left.map((one) => [one.host, one.why]));
  for (const member of members.filter(({ name }) => why.has(name))) {
    run.leftAlone.push(member);
    run.emit({ kind: "skipped", host: member.name });
    warn(run, member.name, `Left as it is, as asked for: ${why.get(member.name) ?? ""}`);
  }
  return members.filter(({ name }) => !why.has(name));
}

/** Without its checks nobody could say that a host serves what it went back to. */
function refusedByChecks(run: FleetRun, members: readonly Member[]): boolean {
  for (const member of members) {
    const problems = member.facts === null ? [] : checkProblems(run.context.config, member.host, member.facts);
    if (problems.length > 0) member.fail(preflightFailure(member, problems), "preflight");
  }
  return members.some(({ error }) => error !== null);
}

interface Looked {
  readonly member: Member;
  readonly debris: Debris;
  readonly facts: HostFacts;
}

function look(run: FleetRun, member: Member): Looked {
  if (member.facts === null) throw new Error(`${member.name} was not looked at`);
  const debris = findDebris(member.facts.release, stampOf(run, member.generation));
  if (leads(member)) tellDebris(run, member, debris);
  return { member, debris, facts: withoutDebris(member.facts.release, debris) };
}

type Target = Extract<FleetRollbackTarget, { ok: true }>;

async function chooseTarget(run: FleetRun, looked: readonly Looked[], options: RollbackOptions): Promise<Target> {
  const hosts = looked.map(({ member, facts }) => ({ host: member.name, facts }));
  const { to, from, leaveLacking = false, confirm } = options;
  const request = {
    commands: run.commands,
    leaveLacking,
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
  };
  const target = fleetRollbackTarget(hosts, request);
  if (target.ok) {
    if (to === undefined && from === undefined) await askIfOvertaken(run, looked, target.release, confirm);
    return target;
  }
  if (target.kind === "ask-after-return" && confirm !== undefined && (await confirm(`${target.message} Do you want that?`))) {
    const agreed = fleetRollbackTarget(hosts, { ...request, afterReturn: "allowed" });
    if (agreed.ok) return agreed;
  }
  throw new UserError({ kind: target.kind, message: target.message, remedy: target.remedy, output: target.output });
}

/** What somebody wanted to go back from may not be live any more when his turn comes, and what is live then may be what puts it right. */
async function askIfOvertaken(
  run: FleetRun,
  looked: readonly Looked[],
  target: string,
  confirm: RollbackOptions["confirm"],
): Promise<void> {
  const changed = looked.find(({ member, facts }) => member.liveAtFirst !== null && member.liveAtFirst.release !== facts.live);
  if (changed === undefined) return;
  const { member, facts } = changed;
  const [before, now] = [member.liveAtFirst?.release ?? "nothing", facts.live ?? "nothing"];
  const since = liveSince(facts);
  const who = since === null ? "" : ` (${since.command} of ${since.by})`;
  const message = `While this rollback waited, ${now} took the place of ${before} on ${member.name}${who}. It would go back from that to ${target}.`;
  if (confirm !== undefined && (await confirm(`${message} Do you want that?`))) return;
  const remedy = `To see what is live: ${run.commands("status")}\nTo go back from it all the same: ${run.commands("rollback", "--from", now)}`;
  throw new UserError({ kind: "overtaken", message, remedy });
}

function begin(
  run: FleetRun,
  everyone: readonly Member[],
  members: readonly Member[],
  release: string,
  looked: readonly Looked[],
): Transaction {
  const past = looked.flatMap(({ facts }) => facts.entries.filter((entry) => entry.release === release));
  return {
    run,
    action: "rollback",
    members,
    everyone,
    release,
    revision: past.findLast((entry) => typeof entry.revision === "string")?.revision ?? null,
    message: "",
    tree: null,
    fingerprints: fingerprints(members, looked, release),
    before: linksOf(members),
    ...nothingYet(),
  };
}

/** What was recorded of the release on each host stays true of it: a deploy of the same may then be `unchanged`. */
function fingerprints(members: readonly Member[], looked: readonly Looked[], release: string): Map<Member, string> {
  return new Map(
    members.flatMap((member): [Member, string][] => {
      const entries = looked.find((one) => one.member === member)?.facts.entries ?? [];
      const known = entries.findLast((entry) => entry.release === release && entry.fingerprint !== undefined)?.fingerprint;
      return known === undefined ? [] : [[member, known]];
    }),
  );
}

/** Debris is recorded first; then the release must still be whole, unless a person insists. */
async function makeReady(tx: Transaction, member: Member, looked: readonly Looked[], options: RollbackOptions): Promise<void> {
  if (follows(member)) return;
  const debris = looked.find((one) => one.member === member)?.debris;
  if (debris !== undefined) await clearDebris(tx.run, member, debris);
  if (options.force === true) return;
  const lines = await member.phase("check", () => checkWhole(tx, member, options));
  for (const line of lines.map(textOf)) if (line.startsWith("warning ")) warn(tx.run, member.name, line.slice("warning ".length));
}

/** A release that lost files is gone to only by whoever says so. One whose directory is gone could not be gone to at all. */
async function checkWhole({ run, release }: Transaction, member: Member, { to }: RollbackOptions): Promise<ByteString[]> {
  try {
    return await member.ask(requests.checkWhole(release, member.host.permissions));
  } catch (error) {
    if (!(error instanceof HostFailure) || error.kind !== "not-whole" || !error.message.includes("no longer whole")) throw error;
    const { message, output, kind } = error;
    const all = run.commands("rollback", ...(to === undefined ? [] : ["--to", to]), "--force");
    const remedy = `Choose another release: ${run.commands("releases")}. Or go there all the same: ${all}`;
    throw new HostFailure({ host: member.name, kind, message, output, remedy });
  }
}
