import type { CommandContext, DeployOptions } from "../api.ts";
import { forAllHosts } from "../config/all-hosts.ts";
import { deploySecretNames } from "../config/secrets.ts";
import { HostFailure, UserError } from "../errors.ts";
import { findDebris, withoutDebris } from "../release/recovery.ts";
import { forMissed } from "../release/missed.ts";
import { referenceOf } from "../release/reference.ts";
import { type Commands, commandsFor, plainCaller } from "../report/command-line.ts";
import { someHosts } from "../report/group.ts";
import type { Report } from "../report/report.ts";
import { asBefore, bringTo, findWhole, type Found, type Looked } from "./bring.ts";
import { conclude } from "./conclude.ts";
import { clearDebris, tellDebris } from "./debris.ts";
import { treeFromHosts, type HostTree } from "./host-tree.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { telling } from "./notify.ts";
import type { Ports } from "./ports.ts";
import { groupOf, leads, missedInGroup, wholeGroups } from "./root-group.ts";
import { notice, stampOf, startRun, warn, type FleetRun } from "./run.ts";
import { whyNotWhole } from "./unchanged.ts";
import { underLock } from "./under-lock.ts";

/**
 * Brings hosts that came late, are new or were away to what is live and good on the others: the same release, made from the same files,
 * which are taken from the hosts that have it. Those are left alone. Throws UserError where it cannot be told what that release is.
 */
export async function bringBehind(context: CommandContext, options: DeployOptions, ports: Ports): Promise<Report> {
  refuseOthers(options);
  // What is live elsewhere counts, whichever hosts are to be brought there.
  const config = forAllHosts(context.config);
  const chosen = new Set(context.config.hosts.map(({ name }) => name));
  // Nothing is built: a secret that only a build needs must not keep anybody from repairing a fleet.
  const run = startRun("deploy", { ...context, config }, ports, deploySecretNames({ ...config, build: [] }));
  const message = run.masker(options.message ?? "");
  const work = (members: readonly Member[]): Promise<Report> => bring(run, members, chosen, { ...options, message });
  const besides = ({ name }: Member): boolean => !chosen.has(name);
  return telling(run, message, () => underLock(run, work, { reason: message, besides, ships: false }));
}

function refuseOthers({ ref, directory, archive, from, plan, force }: DeployOptions): void {
  const said = Object.entries({ ref, directory, archive, from, plan, force }).find(
    ([, value]) => value !== undefined && value !== false,
  );
  if (said === undefined) return;
  throw new UserError({
    kind: "usage",
    message: `--${said[0]} and --only-behind exclude each other: hosts that are behind get what is live on the others, and nothing else.`,
    remedy: "Leave one of them out.",
  });
}

async function bring(
  run: FleetRun,
  all: readonly Member[],
  chosen: ReadonlySet<string>,
  options: DeployOptions,
): Promise<Report> {
  const seen = all.map((member) => look(run, member));
  const found = reference(run, seen, options);
  const missed = tellMissed(run, seen, found);
  for (const member of all) if (!found.behind.includes(member.name)) member.part = "nothing";
  const members = leaveOthers(run, all, chosen, found);
  const looked = seen.filter(({ member }) => members.includes(member));
  const behind = looked.filter(({ member }) => found.behind.includes(member.name));
  if (behind.length === 0) return nothingBehind(run, looked, found, missed);
  notice(
    run,
    null,
    `${found.release} is live and good on ${someHosts(found.from)}: ${someHosts(behind.map(({ member }) => member.name))} will be brought to it.`,
  );
  let tree: HostTree | null = null;
  try {
    const damaged = await findWhole(run, behind, found.release);
    const lenders = members.filter((member) => leads(member) && found.from.includes(member.name));
    const making = behind.some(({ member }) => member.part === "makes");
    tree = making ? await treeFromHosts(run, lenders, found.release) : null;
    return await bringTo(run, members, { behind, found, tree, damaged, options });
  } catch (error) {
    // It has been told on the host that it is about.
    if (!(error instanceof HostFailure)) throw error;
    return await conclude(run, members, asBefore(found, run.context.signal.aborted ? "interrupted" : "failed"));
  } finally {
    await tree?.close();
  }
}

/** Who is behind and was not chosen stays so, and is named. Returns the others. */
function leaveOthers(run: FleetRun, all: readonly Member[], chosen: ReadonlySet<string>, { behind }: Found): readonly Member[] {
  // Nobody comes without those that share an app root with it.
  const along = wholeGroups(
    all,
    all.filter(({ name }) => chosen.has(name)),
  );
  const left = all.filter((member) => behind.includes(member.name) && !along.includes(member));
  for (const member of along.filter(({ name }) => behind.includes(name) && !chosen.has(name)))
    notice(run, member.name, `It comes along: it shares its app root with ${someHosts(chosenOf(member, chosen))}.`);
  run.leftAlone.push(...left);
  for (const { name } of left) run.emit({ kind: "skipped", host: name });
  const names = left.map(({ name }) => name);
  if (left.length > 0) warn(run, null, `Behind, too, and left as asked for: ${someHosts(names)}.`);
  return all.filter((member) => !left.includes(member));
}

function chosenOf(member: Member, chosen: ReadonlySet<string>): readonly string[] {
  return groupOf(member).flatMap(({ name }) => (chosen.has(name) ? [name] : []));
}

function look(run: FleetRun, member: Member): Looked {
  if (member.facts === null) throw new Error(`${member.name} was not looked at`);
  const debris = findDebris(member.facts.release, stampOf(run, member.generation));
  return { member, debris, facts: withoutDebris(member.facts.release, debris) };
}

function reference(run: FleetRun, looked: readonly Looked[], { to }: DeployOptions): Found {
  const hosts = looked.map(({ member, facts }) => ({ host: member.name, facts }));
  const forAll = commandsForAll(run);
  const found = referenceOf(hosts, { commands: run.commands, forAll, ...(to === undefined ? {} : { to }) });
  if (found.ok) return found;
  throw new UserError({ kind: found.kind, message: found.message, remedy: found.remedy, output: found.output });
}

function commandsForAll({ context: { caller = plainCaller, config } }: FleetRun): Commands {
  return commandsFor({ ...caller, only: [] }, config.environment);
}

/** Whoever asks for what is behind wants all to be alike: a link that is right says nothing of files that are gone. */
async function tellDamage(run: FleetRun, { member, facts }: Looked, release: string): Promise<void> {
  const why = await member.phase("check", () => whyNotWhole(run, member, facts, release));
  if (why !== null) warn(run, member.name, `${why}. A deploy makes one that is whole: ${run.commands("deploy")}`);
}

/** Their link is right already, so no switch brings them there: a deploy does, to all. Returns whether there are some. */
function tellMissed(run: FleetRun, seen: readonly Looked[], { release }: Found): boolean {
  const all = seen.filter(({ member, facts }) => leads(member) && facts.live === release);
  const texts = all.flatMap(({ member, facts }) => {
    const missed = missedInGroup(member, facts);
    return missed === null ? [] : [`${missed.text}. ${forMissed(facts, commandsForAll(run))}`];
  });
  for (const text of texts) warn(run, null, text);
  return texts.length > 0;
}

async function nothingBehind(run: FleetRun, looked: readonly Looked[], found: Found, missed: boolean): Promise<Report> {
  const members = looked.map(({ member }) => member);
  const failed = await onAll(members.filter(leads), async (member) => {
    const debris = looked.find((one) => one.member === member)?.debris;
    if (debris === undefined) return;
    tellDebris(run, member, debris);
    await clearDebris(run, member, debris);
  });
  const leading = new Map(looked.filter(({ member }) => leads(member)).map((one) => [one.member, one]));
  const tell = async (member: Member): Promise<void> => {
    const one = leading.get(member);
    if (one !== undefined) await tellDamage(run, one, found.release);
  };
  failed.push(...(await onAll([...leading.keys()], tell)));
  if (failed.length > 0) return conclude(run, members, asBefore(found, run.context.signal.aborted ? "interrupted" : "failed"));
  notice(run, null, run.leftAlone.length === 0 && !missed ? "No host is behind." : "No other host is behind.");
  return conclude(run, members, asBefore(found, "unchanged"));
}
