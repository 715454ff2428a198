import { HostFailure } from "../errors.ts";
import type { Member } from "./member.ts";
import { reopen } from "./reopen.ts";
import { warn } from "./run.ts";
import { lossOnReturn } from "./switch.ts";
import type { Transaction } from "./transaction.ts";

/** How often a host is asked to go back: what was lost or killed once may be so again on the way. */
export const ATTEMPTS = 3;

/** Whether the host can be asked: over a new connection where the old one was lost. Hosts that could not be had once are in `lost`. */
export async function isThere(tx: Transaction, member: Member, lost: Set<Member>): Promise<boolean> {
  if (member.alive) return true;
  if (lost.has(member) || !(await reopen(tx, member))) {
    lost.add(member);
    return false;
  }
  // Lost once more, it still goes back by itself.
  if (tx.switching.has(member)) member.setLoss(lossOnReturn(tx, member));
  return true;
}

/** Where others were at work meanwhile, what is there is theirs: a migration taken back by now would be under what they made live. */
export function keepsOff(tx: Transaction, { name, others }: Member, what: string): boolean {
  if (others === null) return false;
  warn(
    tx.run,
    name,
    `${what}: a ${others.command} of ${others.by} has been at work here since. Look whether it is still wanted.`,
  );
  return true;
}

/** What fails on the way back is told, and stops nothing. True where it did not fail. */
export async function warnOnly(tx: Transaction, member: Member, what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    warn(tx.run, member.name, `${what}: ${error.message}`);
    return false;
  }
}
