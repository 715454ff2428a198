import { textOf, type ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { pair } from "../plan/facts.ts";
import { formatEntry } from "../release/ledger-text.ts";
import { leftMeanwhile, type Debris } from "../release/recovery.ts";
import { count } from "../report/units.ts";
import type { Member } from "./member.ts";
import { notice, warn, type FleetRun } from "./run.ts";

/** What an interrupted run left on a host, told. */
export function tellDebris(run: FleetRun, member: Member, debris: Debris): void {
  for (const sentence of debris.sentences) notice(run, member.name, sentence);
  const damaged = member.facts?.release.damaged ?? 0;
  if (damaged > 0) warn(run, member.name, `${count(damaged, "line")} of the ledger cannot be read.`);
}

/**
 * The same, recorded and removed, before anything new is begun. `deleted`: what was removed must be off the disk, not only out of
 * sight. Returns what the host said, the space that is free then; nothing where there was nothing to do.
 */
export async function clearDebris(
  run: FleetRun,
  member: Member,
  found: Debris,
  deleted: "deleted" | "" = "",
): Promise<readonly ByteString[]> {
  const { entries, discard } = found;
  const leftovers = member.facts?.debris.length ?? 0;
  if (switchedByOthers(member, found) === "" && entries.length === 0 && discard.length === 0 && leftovers === 0) return [];
  const text = `${switchedByOthers(member, found)}${requests.clean(entries.map(formatEntry), discard, deleted)}` as ByteString;
  const lines = await member.phase("clean", () => member.ask(text));
  tellKept(run, member, lines);
  return lines;
}

/** So that what was live a moment ago is known to have been: the host notes by itself only what our switches leave. */
function switchedByOthers({ facts }: Member, found: Debris): ByteString {
  const live = facts?.release.live ?? null;
  const stale = facts?.release.releases.some(({ id, leftAgo }) => id === live && leftAgo !== null) ?? false;
  const left = leftMeanwhile(found);
  return (stale || left.length > 0 ? requests.othersSwitched(live, left) : "") as ByteString;
}

/** What a host has a reason to keep stays, and is told. */
export function tellKept(run: FleetRun, member: Member, lines: readonly ByteString[]): void {
  for (const [word, rest] of lines.map(pair)) {
    const [id, why] = pair(rest);
    if (word === "kept") warn(run, member.name, `Release ${id} was not removed: ${textOf(why)}.`);
    if (word === "stuck") warn(run, member.name, `What an interrupted run left could not be removed: ${textOf(rest)}.`);
  }
}
