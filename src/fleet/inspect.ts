import type { CommandContext, HistoryOptions } from "../api.ts";
import type { ByteString } from "../host/bytes.ts";
import { currentOf, parseFacts, splitLedger, type Facts } from "../plan/facts.ts";
import { parseProcesses, type SeenProcesses } from "../plan/processes.ts";
import { leadersByRoot } from "../plan/root-group.ts";
import { lockStatus } from "../plan/lock-record.ts";
import * as requests from "../host/requests.ts";
import { historyRows } from "../release/history.ts";
import { findDebris, withoutDebris } from "../release/recovery.ts";
import { rollbackTarget } from "../release/rollback.ts";
import type { HostWithFacts } from "../release/rollback-fleet.ts";
import { forMissed, missedIn } from "../release/missed.ts";
import { liveSince, rows } from "../release/state.ts";
import { noWayBack, wayBack } from "../release/way-back.ts";
import type { WayBack } from "../report/report.ts";
import type { HostReleases, ReleasesDocument } from "../report/documents.ts";
import type { HostStatus, StatusDocument } from "../report/status-document.ts";
import type { HistoryDocument } from "../report/history-document.ts";
import { count } from "../report/units.ts";
import { currentWords } from "../report/current.ts";
import { driftOf, unknownOf } from "./drift.ts";
import { withHosts } from "./holds.ts";
import { lockRemedy, whoHolds } from "./lock-words.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { stampOf, startRun, type FleetRun } from "./run.ts";

/** How many of the ledger's last lines `history` shows; one more is asked for, to see whether there are more. */
const HISTORY_LINES = 2000;

type LookedFor<Seen> = readonly { readonly member: Member; readonly result: Seen | null }[];
/** Facts, and what still runs from other releases. */
type Seen = Facts & { readonly seen: SeenProcesses | null };
type Looked = LookedFor<Seen>;

function parseSeen(lines: readonly ByteString[]): Seen {
  return { ...parseFacts(lines), seen: parseProcesses(lines) };
}

async function lookAt<Seen>(
  run: FleetRun,
  ledgerLines: number,
  read: (lines: readonly ByteString[]) => Seen,
  more = "",
): Promise<LookedFor<Seen>> {
  return withHosts(run, async (member) => {
    const text = requests.look({ ledgerLines, base: false, shared: member.host.shared });
    return read(await member.phase("look", () => member.ask(`${text}${more}` as ByteString)));
  });
}

export async function releases(context: CommandContext, ports: Ports): Promise<ReleasesDocument> {
  const looked = await lookAt(startRun("releases", context, ports), 400, parseFacts);
  const hosts = looked.map(({ member, result }, index) => hostReleases(member, result, sharesRoot(looked, index)));
  const { app, environment } = context.config;
  return { schema: 1, app, environment, hosts };
}

function hostReleases(member: Member, facts: Facts | null, shares: SharesRoot): HostReleases {
  const { name: host, error } = member;
  if (facts === null) return { host, ...shares, live: null, releases: [], error };
  return { host, ...shares, live: facts.release.live, ...currentOf(facts), releases: rows(facts.release), error };
}

export async function history(
  context: CommandContext,
  { limit = Infinity }: HistoryOptions,
  ports: Ports,
): Promise<HistoryDocument> {
  const read = (lines: readonly ByteString[]): ReturnType<typeof splitLedger> => splitLedger(lines, HISTORY_LINES);
  const looked = await lookAt(startRun("history", context, ports), HISTORY_LINES + 1, read);
  const { app, environment } = context.config;
  const ledgers = looked.flatMap(({ member, result }) => (result === null ? [] : [{ host: member.name, ...result }]));
  const errors = looked.flatMap(({ member }) => (member.error === null ? [] : [{ host: member.name, error: member.error }]));
  const rows = historyRows(ledgers);
  const earlier = Math.max(0, rows.length - limit);
  const truncated = ledgers.some(({ before }) => before !== undefined);
  return { schema: 1, app, environment, rows: rows.slice(earlier), earlier, truncated, errors };
}

export async function status(context: CommandContext, ports: Ports): Promise<StatusDocument> {
  const run = startRun("status", context, ports);
  const looked = await lookAt(run, 400, parseSeen, requests.processes);
  const { app, environment } = context.config;
  const hosts = looked
    .map(({ member, result }, index) => ({ ...hostStatus(run, member, result), ...sharesRoot(looked, index) }))
    .map((status) => ({ ...status, findings: [...status.findings, ...missedBy(run, looked, status.host)] }))
    .map((status) => ({ ...status, unknown: unknownOf(status) }));
  const answered = hosts.filter(({ error }) => error === null);
  const agree = new Set(answered.map(served)).size <= 1;
  const drift = agree ? {} : { drift: driftOf(factsOf(run, looked), run.commands) };
  return { schema: 1, app, environment, agree, goBack: goBackNow(run, looked), ...drift, hosts };
}

type SharesRoot = Pick<HostStatus, "sharesRootWith">;

/** Which host has the same app root and comes first. */
function sharesRoot(looked: LookedFor<Facts>, index: number): SharesRoot {
  const leader = leadersByRoot(looked.map(({ result }) => result?.rootId ?? ""))[index] ?? null;
  return leader === null ? {} : { sharesRootWith: looked[leader]?.member.name ?? "" };
}

/** That a host has the link, since it shares the app root, but was no part of the run that made it. */
function missedBy(run: FleetRun, looked: Looked, host: string): readonly string[] {
  const own = looked.find(({ member }) => member.name === host)?.result ?? null;
  if (own?.rootId === null || own === null) return [];
  const group = looked.flatMap(({ member, result }) => (result?.rootId === own.rootId ? [member.name] : []));
  const missed = missedIn(own.release, group);
  return missed?.hosts.includes(host) === true ? [`${missed.text}. ${forMissed(own.release, run.commands)}`] : [];
}

/** Equal for hosts that serve the same, as far as one can see. Other links are written in other ways, and may yet lead to the same. */
function served({ live, elsewhere = null, inPlace = null }: HostStatus): string {
  if (live !== null || elsewhere === null) return JSON.stringify([live, inPlace]);
  return JSON.stringify([elsewhere.within, elsewhere.dangling, "elsewhere"]);
}

/** Where a rollback would go now. It wants all hosts, and no hold on any of them. */
function goBackNow(run: FleetRun, looked: Looked): WayBack {
  const lost = looked.filter(({ result }) => result === null).map(({ member }) => member.name);
  if (lost.length > 0) return noWayBack(`Not possible as long as ${lost.join(", ")} cannot be asked.`, "");
  for (const { result } of looked) {
    const record = result?.lock.record ?? null;
    if (record?.kind !== "hold") continue;
    const { context, commands } = run;
    return noWayBack(`Refused as long as the lock is ${whoHolds(record, context)}.`, lockRemedy(record, context, commands));
  }
  return wayBack(factsOf(run, looked), run.commands);
}

function factsOf(run: FleetRun, looked: Looked): readonly HostWithFacts[] {
  return looked.flatMap(({ member, result }) => (result === null ? [] : [{ host: member.name, facts: asLocked(run, result) }]));
}

/** The facts as a command finds them that takes the lock now and clears what was left. */
function asLocked(run: FleetRun, { release }: Facts): Facts["release"] {
  return withoutDebris(release, findDebris(release, stampOf(run, "")));
}

const UNKNOWN = {
  live: null,
  elsewhere: null,
  inPlace: null,
  state: null,
  revision: null,
  since: null,
  by: null,
  message: null,
  rollbackTo: null,
  rollbackRefused: null,
  lock: null,
  findings: [],
} as const;

function hostStatus(run: FleetRun, member: Member, facts: Seen | null): HostStatus {
  if (facts === null) return { host: member.name, ...UNKNOWN, error: member.error };
  const { release, lock } = facts;
  const row = rows(release).find(({ id }) => id === release.live);
  const since = liveSince(release);
  const target = rollbackTarget(asLocked(run, facts), { afterReturn: "allowed", commands: run.commands });
  return {
    host: member.name,
    live: release.live,
    ...currentOf(facts),
    state: row?.state ?? null,
    revision: row?.revision ?? null,
    since: since?.at ?? null,
    by: since?.by ?? null,
    message: row?.message ?? null,
    rollbackTo: target.ok ? target.release : null,
    rollbackRefused: target.ok ? null : target.message,
    lock: lock.record === null ? null : lockStatus(lock.generation, lock.record),
    ...processesOf(facts),
    findings: findings(run, facts),
    error: member.error,
  };
}

/** What runs from releases that were live. Who prepares one under a lock works in it too, before it is. */
function processesOf({ seen, release, lock }: Seen): Pick<HostStatus, "processes" | "processesMore" | "processesBlind"> {
  if (seen === null) return { processes: null };
  const working = lock.record?.kind === "lease";
  const ahead = new Set(rows(release).flatMap(({ id, state }) => (state === "preparing" || state === "sealed" ? [id] : [])));
  const processes = seen.processes.filter((one) => !working || !ahead.has(one.release));
  return { processes, ...(seen.more === 0 ? {} : { processesMore: seen.more }), processesBlind: seen.blind };
}

/** Interrupted work and other things that a person should know. While somebody holds a lease, unfinished work is work in progress. */
function findings(run: FleetRun, facts: Facts): string[] {
  const working = facts.lock.record?.kind === "lease";
  const debris = working ? [] : findDebris(facts.release, stampOf(run, "")).sentences;
  const damaged = facts.release.damaged ?? 0;
  return [
    ...debris,
    ...aboutElsewhere(facts),
    ...(damaged > 0 ? [`${count(damaged, "line")} of the ledger cannot be read.`] : []),
    ...(working
      ? []
      : facts.debris
          .filter(({ kind }) => kind !== "trash")
          .map(({ kind, name }) => `Left by an interrupted run: ${kind} ${name}.`)),
    ...(facts.foreign.length > 0 ? [`In releases/, but not a release: ${facts.foreign.join(", ")}.`] : []),
    ...facts.problems.map(({ text }) => `${text}.`),
  ];
}

function aboutElsewhere(facts: Facts): string[] {
  const { elsewhere } = currentOf(facts);
  // What is no link is among the problems.
  const words = currentWords({ elsewhere });
  return words === null ? [] : [`${words}${elsewhere?.dangling === true ? ": nothing can be served from it" : ""}.`];
}
