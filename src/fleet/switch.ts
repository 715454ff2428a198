import { parseFacts } from "../plan/facts.ts";
import type { ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import type { Member } from "./member.ts";
import { lineOf, linkText, taskFacts, type Transaction } from "./transaction.ts";
import { backCalls, undrainCalls } from "./back-tasks.ts";

/** The switch of one host: intent, rename, flush, read-back. The host is told before what to do if it loses us behind it. */
export async function switchHost(tx: Transaction, member: Member): Promise<void> {
  const { run, release } = tx;
  const from = tx.before.get(member);
  const toText = linkText(member, release);
  tx.switching.add(member);
  member.liveKnown = false;
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

/**
 * In a deploy to more than one host, who loses the controller goes back by itself, reload included; a single host stays where it is. Either is
 * put into service again.
 */
export function lossAfterSwitch(tx: Transaction, member: Member): ByteString {
  if (!goesBackAlone(tx, member)) return loss.undrain(undrainCalls(tx, member, taskFacts(tx, member)), loss.unlock);
  return loss.unconfirmed(returnOf(tx, member, "the controller was lost before it confirmed"), backCalls(tx, member));
}

/** Whether a host that loses us between its switch and the confirmation goes back by itself. */
export function goesBackAlone({ members }: Transaction, { host }: Member): boolean {
  return members.length > 1 && host.confirm !== "keep";
}

/** While it is taken back: lost on the way, it goes on by itself. */
export function lossOnReturn(tx: Transaction, member: Member): ByteString {
  return loss.returning(returnOf(tx, member, "the controller was lost while it took the deploy back"), backCalls(tx, member));
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
  const good = requests.confirm(lineOf(tx, member, "good"), linkText(member, tx.release), tx.release);
  const lines = await member.phase("confirm", () => member.ask(good));
  tx.course.confirmed.add(member);
  member.setLoss(loss.unlock);
  sawLive(member, lines);
}

/** Keeps what a host said of its link: the only source of what we say is live. */
export function sawLive(member: Member, lines: readonly ByteString[]): void {
  member.live = parseFacts(lines).release.live;
  member.liveKnown = true;
}
