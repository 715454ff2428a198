import { HostFailure } from "../errors.ts";
import { parseFacts, type SeenLock } from "../plan/facts.ts";
import { formatOwner } from "../plan/lock-record.ts";
import type { ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { workOfOthers } from "../release/others.ts";
import type { Member } from "./member.ts";
import { follows, headOf, join } from "./root-group.ts";
import { notice } from "./run.ts";
import { recordTakeover, takeoverIn } from "./takeover.ts";
import type { Transaction } from "./transaction.ts";

/**
 * A host whose conversation was lost behind the switch is asked anew: its old runtime is dead or is going back at this moment, and its lock is
 * taken over as anybody's would be. Gives up after two leases and a little. True if we hold its lock again.
 */
export async function reopen(tx: Transaction, member: Member): Promise<boolean> {
  const { ports } = tx.run;
  const deadline = ports.elapsed() + (member.host.lease * 2 + 15) * 1000;
  const watched: Watched = { generation: "", beat: "", since: 0, lease: Infinity };
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
  /** Of the owner, in seconds. */
  lease: number;
}

async function tryOnce(tx: Transaction, member: Member, watched: Watched): Promise<boolean> {
  const { run } = tx;
  const now = run.ports.elapsed();
  try {
    if (!member.alive) {
      await member.close();
      await member.connect();
    }
    const what = { ledgerLines: 200, base: false, shared: [] };
    if (follows(member)) return await joinAgain(member, what);
    member.setLoss(loss.asking);
    const suspect = watched.generation !== "" && now - watched.since >= watched.lease * 1000 ? watched : null;
    const owner = {
      kind: "lease",
      command: run.command,
      by: run.context.by,
      origin: run.context.origin,
      reason: "return",
    } as const;
    const text = formatOwner({ ...owner, since: run.startedAt.toISOString() });
    const lines = await member.ask(requests.open(run.ports.randomHex(16), text, { suspect, patience: 0 }, what));
    return await take(tx, member, lines, watched, now);
  } catch (error) {
    if (error instanceof HostFailure) return false;
    throw error;
  }
}

/** What the leader found of others since is true here too. */
async function joinAgain(member: Member, what: requests.Look): Promise<boolean> {
  await join(member, what, "" as ByteString);
  member.others ??= headOf(member).others;
  return member.alive;
}

type Lines = Awaited<ReturnType<Member["ask"]>>;

async function take(tx: Transaction, member: Member, lines: Lines, watched: Watched, now: number): Promise<boolean> {
  const [, generation = "no", renamer = ""] = lines.findLast((line) => line.startsWith("opened "))?.split(" ") ?? [];
  const facts = parseFacts(lines);
  if (generation === "no") {
    watch(watched, facts.lock, now);
    return false;
  }
  member.others ??= workOfOthers(facts.release.entries, tx.run.id);
  member.opened(generation, renamer, facts);
  await noteTakeover(tx, member, lines);
  return member.alive;
}

/** A disk that has no room for the note must not keep the host from being put back. */
async function noteTakeover(tx: Transaction, member: Member, lines: Lines): Promise<void> {
  const takeover = takeoverIn(lines);
  if (takeover === null) return;
  try {
    await recordTakeover(tx.run, member, takeover);
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    notice(tx.run, member.name, `The takeover of the lock could not be written into the ledger: ${error.message}`);
  }
}

function watch(watched: Watched, { generation, beat, record }: SeenLock, now: number): void {
  if (watched.generation === generation && watched.beat === beat) return;
  Object.assign(watched, { generation, beat, since: now, lease: record?.kind === "lease" ? record.lease : Infinity });
}
