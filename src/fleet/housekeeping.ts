import type { CommandContext, PruneOptions } from "../api.ts";
import { pair } from "../plan/facts.ts";
import { textOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { factOf } from "../release/ledger.ts";
import { formatEntry } from "../release/ledger-text.ts";
import { graceOn } from "../plan/host-plan.ts";
import { pruneCandidates } from "../release/prune.ts";
import { findDebris, withoutDebris } from "../release/recovery.ts";
import type { HostFacts } from "../release/facts.ts";
import type { Report } from "../report/report.ts";
import { clearDebris, tellDebris } from "./debris.ts";
import { pruneHost } from "./finish.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { noSuchRelease } from "./no-such-release.ts";
import type { Ports } from "./ports.ts";
import { leads } from "./root-group.ts";
import { notice, stampOf, startRun, type FleetRun } from "./run.ts";
import { done, underLock } from "./under-lock.ts";

/** Creates the layout on every host. What exists keeps its owner and mode. */
export async function setup(context: CommandContext, ports: Ports): Promise<Report> {
  const run = startRun("setup", context, ports);
  return underLock(run, async (members) => {
    await onAll(members.filter(leads), async (member) => {
      await tidy(run, member);
      const lines = await member.phase("setup", () => member.ask(requests.makeLayout(member.host.permissions)), describeCreated);
      for (const { text } of member.facts?.problems ?? []) notice(run, member.name, `Still to do: ${text}.`);
      for (const line of lines.map(pair)) if (line[0] === "created") notice(run, member.name, `Created ${textOf(line[1])}`);
    });
    return done(run, members);
  });
}

function describeCreated(lines: readonly string[]): string {
  return lines.some((line) => line.startsWith("created ")) ? "" : "everything is there";
}

/** Pins or unpins a release on every host that has it. */
export async function pin(context: CommandContext, release: string, pinned: boolean, ports: Ports): Promise<Report> {
  const run = startRun(pinned ? "pin" : "unpin", context, ports);
  return underLock(run, async (members) => {
    const having = members.filter(({ facts }) => facts?.release.releases.some(({ id }) => id === release));
    if (having.length === 0) throw noSuchRelease(release, idsOn(members), run.commands);
    await onAll(having.filter(leads), async (member) => {
      await tidy(run, member);
      const line = formatEntry(factOf(stampOf(run, member.generation), pinned ? "pinned" : "unpinned", release));
      await member.phase(run.command, () => member.ask(requests.note([line])));
    });
    return done(run, members, release);
  });
}

function idsOn(members: readonly Member[]): readonly string[] {
  return members.flatMap(({ facts }) => facts?.release.releases.map(({ id }) => id) ?? []);
}

/** Removes what is not worth keeping. With `dryRun` it only tells what it would remove. */
export async function prune(context: CommandContext, options: PruneOptions, ports: Ports): Promise<Report> {
  const run = startRun("prune", context, ports);
  return underLock(run, async (members) => {
    await onAll(members.filter(leads), (member) => pruneOne(run, member, options));
    return done(run, members);
  });
}

async function pruneOne(run: FleetRun, member: Member, { keep = member.host.keep, dryRun }: PruneOptions): Promise<void> {
  const facts = dryRun === true ? factsAsTidied(run, member) : await tidy(run, member);
  const grace = graceOn({ filesystem: member.facts?.filesystem ?? "" }, member.host.grace);
  const { remove, kept } = pruneCandidates(facts, { keep, grace });
  if (dryRun === true) member.wouldPrune = remove;
  if (remove.length === 0) return notice(run, member.name, nothingToRemove(kept));
  if (dryRun === true) return notice(run, member.name, `Would remove ${remove.join(", ")}.`);
  await pruneHost(run, member, remove);
}

/** Why each release stays: whoever asked to keep fewer wonders. */
function nothingToRemove(kept: ReturnType<typeof pruneCandidates>["kept"]): string {
  const whys = [...new Set(kept.map(({ why }) => why))];
  const reasons = whys.map((why) => `${kept.flatMap((one) => (one.why === why ? [one.id] : [])).join(", ")} (${why})`);
  return reasons.length === 0 ? "Nothing to remove: there are no releases." : `Nothing to remove. Kept: ${reasons.join(", ")}.`;
}

function factsAsTidied(run: FleetRun, member: Member): HostFacts {
  if (member.facts === null) throw new Error(`${member.name} was not looked at`);
  return withoutDebris(member.facts.release, findDebris(member.facts.release, stampOf(run, member.generation)));
}

/** Records and clears what an interrupted run left. Returns the facts as they are then. */
export async function tidy(run: FleetRun, member: Member): Promise<HostFacts> {
  if (member.facts === null) throw new Error(`${member.name} was not looked at`);
  const { release } = member.facts;
  const debris = findDebris(release, stampOf(run, member.generation));
  tellDebris(run, member, debris);
  await clearDebris(run, member, debris);
  return withoutDebris(release, debris);
}
