import { HostFailure } from "../errors.ts";
import type { ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { parseFacts } from "../plan/facts.ts";
import { factsOfFollower, leadersByRoot } from "../plan/root-group.ts";
import type { HostFacts } from "../release/facts.ts";
import { missedIn, type Missed } from "../release/missed.ts";
import type { Member } from "./member.ts";

/**
 * Root groups: hosts that share one app root, as over NFS. The first of them, in the order of the configuration, leads: the lock, and all that
 * is done to the root, is done there. The others follow: they are looked at, see each switch, and run what is to run on each host.
 */
export function findGroups(members: readonly Member[]): void {
  const leaders = leadersByRoot(members.map(({ rootId }) => rootId));
  for (const [index, member] of members.entries()) {
    const leader = leaders[index];
    member.leader = leader === undefined || leader === null ? null : (members[leader] ?? null);
  }
  for (const member of members) member.followers = members.filter(({ leader }) => leader === member);
}

/** Whether what is done to the app root is done here. */
export function leads({ leader }: Member): boolean {
  return leader === null;
}

export function follows(member: Member): boolean {
  return !leads(member);
}

/** Who leads the group of a host: itself, where it shares its root with nobody. */
export function headOf(member: Member): Member {
  return member.leader ?? member;
}

/** A host with all that share its root. */
export function groupOf(member: Member): readonly Member[] {
  const head = headOf(member);
  return [head, ...head.followers];
}

/** Who of a group was no part of the run by which it serves what it serves; `facts` of the one that leads. */
export function missedInGroup(member: Member, facts: HostFacts): Missed | null {
  return missedIn(
    facts,
    groupOf(member).map(({ name }) => name),
  );
}

/** All whose group one of `some` is in, in their own order. */
export function wholeGroups(all: readonly Member[], some: Iterable<Member>): readonly Member[] {
  const heads = new Set([...some].map(headOf));
  return all.filter((member) => heads.has(headOf(member)));
}

/**
 * A host that follows joins its leader, who has the lock: from here on it works under that. `more`: further questions. Throws HostFailure
 * where it does not see that lock: then its root has the other's id, but is not the other's root.
 */
export async function join(member: Member, what: requests.Look, more: ByteString, signal?: AbortSignal): Promise<void> {
  const leader = headOf(member);
  if (!leader.locked || leader.facts === null) throw notThere(member, leader);
  member.generation = leader.generation;
  member.tellPlace();
  member.setLoss(loss.nothing);
  const text = `${requests.join(member.sessionBefore, what)}${more}` as ByteString;
  const own = parseFacts(await member.ask(text, signal === undefined ? {} : { signal }));
  if (own.lock.generation !== leader.generation || own.lock.record?.session !== leader.session) throw otherRoot(member, leader);
  member.saw(factsOfFollower(leader.facts, own));
}

/** It works under no lock any more, and stays connected. */
export async function part(member: Member): Promise<void> {
  await member.ask(requests.leave);
  member.generation = "";
  member.tellPlace();
}

function notThere(member: Member, leader: Member): HostFailure {
  return new HostFailure({
    host: member.name,
    kind: "connection-lost",
    message: `It shares its app root with ${leader.name}, which cannot be reached any more.`,
    remedy: "",
  });
}

function otherRoot(member: Member, leader: Member): HostFailure {
  const { root } = member.host;
  return new HostFailure({
    host: member.name,
    kind: "preflight",
    message: `Its app root has the same id as the one of ${leader.name}, but is another one: the lock that was just taken there is not seen here. Was ${root} copied from there?`,
    remedy: `Where it is a copy, let it have an id of its own. On ${member.name}: rm ${root}/.symlink-helper/root-id`,
  });
}
