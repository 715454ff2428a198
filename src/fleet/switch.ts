import { parseFacts } from "../plan/facts.ts";
import type { ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import type { HostFacts } from "../release/facts.ts";
import type { Member } from "./member.ts";
import { lineOf, linkText, taskFacts, type Transaction } from "./transaction.ts";
import { backCalls, returnFacts, undrainCalls } from "./back-tasks.ts";
import { follows, groupOf, leads } from "./root-group.ts";

/**
 * The switch of one host: intent, rename, flush, read-back. The host is told before what to do if it loses us behind it. Those that follow it
 * may serve the new release from the same moment.
 */
export async function switchHost(tx: Transaction, member: Member): Promise<void> {
  if (follows(member)) return;
  const { run, release } = tx;
  const from = tx.before.get(member);
  const toText = linkText(member, release);
  for (const one of groupOf(member)) {
    tx.switching.add(one);
    one.liveKnown = false;
  }
  member.setLoss(lossAfterSwitch(tx, member));
  const lines = await member.phase("switch", () =>
    member.ask(
      requests.switchLink({
        fromText: from?.text ?? ("" as ByteString),
        toText,
        to: release,
        switching: lineOf(tx, member, "switching"),
        live: lineOf(tx, member, "live"),
      }),
    ),
  );
  sawLive(member, lines);
  tx.landed.set(member, run.ports.elapsed());
  run.emit({ kind: "switched", host: member.name, from: from?.release ?? null, to: release });
}

/** Seconds in which a host has to see what another one has done to the root that they share: NFS remembers a directory for up to 60 (acdirmax). */
export const SEEN_WITHIN = 75;

/** That a host sees the switch of the one that it follows. */
export async function seeSwitch(tx: Transaction, member: Member): Promise<void> {
  if (!follows(member)) return;
  const { run, release, stop } = tx;
  const request = requests.see(linkText(member, release), release, SEEN_WITHIN);
  sawLive(member, await member.phase("read back", () => member.ask(request, { signal: stop.signal })));
  tx.landed.set(member, run.ports.elapsed());
  run.emit({ kind: "switched", host: member.name, from: tx.before.get(member)?.release ?? null, to: release });
}

/**
 * In a deploy to more than one host, who loses the controller goes back by itself, reload included; a single host stays where it is. Either is
 * put into service again.
 */
export function lossAfterSwitch(tx: Transaction, member: Member): ByteString {
  if (follows(member)) return lossOfFollower(tx, member);
  if (!goesBackAlone(tx, member)) return loss.undrain(undrainCalls(tx, member, taskFacts(tx, member)), loss.unlock);
  return loss.unconfirmed(
    returnOf(tx, member, "the controller was lost before it confirmed"),
    backCalls(tx, member),
    undrainCalls(tx, member, returnFacts(tx, member, "")),
  );
}

/** Whatever becomes of the switch is the leader's doing; the rest is for each host to do. */
function lossOfFollower(tx: Transaction, member: Member): ByteString {
  return loss.following({
    release: tx.release,
    run: tx.run.id,
    back: backCalls(tx, member),
    stays: undrainCalls(tx, member, taskFacts(tx, member)),
    never: undrainCalls(tx, member, returnFacts(tx, member, "")),
  });
}

/** Whether a host that loses us between its switch and the confirmation goes back by itself. */
export function goesBackAlone({ members }: Transaction, { host }: Member): boolean {
  return members.length > 1 && host.confirm !== "keep";
}

/** While it is taken back: lost on the way, it goes on by itself. */
export function lossOnReturn(tx: Transaction, member: Member): ByteString {
  if (follows(member)) return lossOfFollower(tx, member);
  return loss.returning(
    returnOf(tx, member, "the controller was lost while it took the deploy back"),
    backCalls(tx, member),
    undrainCalls(tx, member, returnFacts(tx, member, "")),
  );
}

/** Once it has gone back, what makes that real is still to come: the host sees to it if it loses the controller before. */
export function lossAfterReturn(tx: Transaction, member: Member): ByteString {
  return loss.reload(backCalls(tx, member));
}

/** What going back means on one host. */
export function returnOf(tx: Transaction, member: Member, reason: string): requests.Return {
  const back = tx.before.get(member);
  return {
    backText: back?.text ?? ("" as ByteString),
    back: back?.release ?? "",
    failedText: linkText(member, tx.release),
    failed: tx.release,
    returned: lineOf(tx, member, "returned", { reason }),
  };
}

/** The round after which the switch is final on this host. */
export async function confirmHost(tx: Transaction, member: Member): Promise<void> {
  const text = linkText(member, tx.release);
  const hosts = groupOf(member).map(({ name }) => name);
  const good = requests.confirm(lineOf(tx, member, "good", { hosts }), text, tx.release);
  const request = follows(member) ? requests.see(text, tx.release, 0) : good;
  tx.course.asked.add(member);
  const lines = await member.phase("confirm", () => member.ask(request));
  // What one host has confirmed is good on all that share its root.
  if (leads(member)) for (const one of groupOf(member)) tx.course.confirmed.add(one);
  member.setLoss(loss.unlock);
  sawLive(member, lines);
}

/** Keeps what a host said of its link: the only source of what we say is live. Returns all that it said of it. */
export function sawLive(member: Member, lines: readonly ByteString[]): HostFacts {
  const { release } = parseFacts(lines);
  member.live = release.live;
  member.liveKnown = true;
  return release;
}
