import { HostFailure } from "../errors.ts";
import { parseFacts } from "../plan/facts.ts";
import { formatOwner } from "../plan/lock-record.ts";
import * as requests from "../host/requests.ts";
import type { Member } from "./member.ts";
import { notice } from "./run.ts";
import type { Transaction } from "./transaction.ts";

/**
 * A host whose conversation was lost behind the switch is asked anew: its old runtime is dead or is going back at this moment, and its lock is
 * taken over as anybody's would be. Gives up after two leases and a little. True if we hold its lock again.
 */
export async function reopen(tx: Transaction, member: Member): Promise<boolean> {
  const { ports } = tx.run;
  const deadline = ports.elapsed() + (member.host.lease * 2 + 15) * 1000;
  const watched = { generation: "", beat: "", since: 0 };
  notice(tx.run, member.name, "Connecting again to see what is live there.");
  for (;;) {
    if (await tryOnce(tx, member, watched)) return true;
    if (ports.elapsed() > deadline) return false;
    await ports.sleep(1000);
  }
}

interface Watched {
  generation: string;
  beat: string;
  since: number;
}

async function tryOnce(tx: Transaction, member: Member, watched: Watched): Promise<boolean> {
  const { run } = tx;
  const now = run.ports.elapsed();
  try {
    if (!member.alive) {
      await member.close();
      member.connect();
    }
    member.setLoss(requests.loss.asking);
    const suspect = watched.generation !== "" && now - watched.since >= member.host.lease * 1000 ? watched : null;
    const owner = {
      kind: "lease",
      command: run.command,
      by: run.context.by,
      origin: run.context.origin,
      reason: "return",
    } as const;
    const text = formatOwner({ ...owner, since: run.startedAt.toISOString() });
    const what = { ledgerLines: 200, base: false, shared: [] };
    return take(member, await member.ask(requests.open(run.ports.randomHex(16), text, suspect, what)), watched, now);
  } catch (error) {
    if (error instanceof HostFailure) return false;
    throw error;
  }
}

function take(member: Member, lines: Awaited<ReturnType<Member["ask"]>>, watched: Watched, now: number): boolean {
  const opened = lines.findLast((line) => line.startsWith("opened "))?.split(" ") ?? [];
  const facts = parseFacts(lines);
  if (opened[1] === undefined || opened[1] === "no") {
    const { generation, beat } = facts.lock;
    if (watched.generation !== generation || watched.beat !== beat) Object.assign(watched, { generation, beat, since: now });
    return false;
  }
  member.generation = opened[1];
  member.renamer = opened[3] ?? "";
  member.facts = facts;
  member.live = facts.release.live;
  member.liveKnown = true;
  member.tellPlace();
  member.setLoss(requests.loss.unlock);
  return true;
}
