import { HostFailure } from "../errors.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { backTasks, returnFacts, undrainCalls } from "./back-tasks.ts";
import { checkReturned } from "./check-served.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { warnOfOldProcesses } from "./old-processes.ts";
import { ATTEMPTS, isThere, keepsOff, warnOnly } from "./once-more.ts";
import { follows, headOf, leads } from "./root-group.ts";
import { commandsOnly, warn } from "./run.ts";
import { goesBackAlone, lossAfterReturn, lossOnReturn, returnOf, SEEN_WITHIN, sawLive } from "./switch.ts";
import { runTasks, tasksFor, type Begun } from "./tasks.ts";
import { lineOf, taskFacts, type Transaction } from "./transaction.ts";
import { tellNotUndone, undoTasks } from "./undo.ts";

/**
 * Takes a failed transaction back on some of its hosts: those that switched, or may have, serve again what they served before; half releases
 * go; what has an `undo` is undone, what has none is told. `some`: others keep the release or go on to it, so what was done once for all
 * stays. Runs to its end whatever happens to single hosts. Returns whether any host had switched.
 */
export async function takeBack(
  tx: Transaction,
  reason: string,
  members: readonly Member[],
  goes: "all" | "some",
): Promise<boolean> {
  const begun = tx.begun.filter(({ member, task }) => members.includes(member) && (goes === "all" || task.on.kind === "all"));
  // What is undone is undone when all are back. Else nobody waits for one that does not answer: its time may be minutes.
  const isUndone = begun.some(({ known, task }) => known && task.undo !== null);
  const heads = [...new Set(members.map(headOf))];
  const groups = isUndone ? [members] : heads.map((head) => members.filter((member) => headOf(member) === head));
  const went = await Promise.all(groups.map((group) => takeGroupBack(tx, reason, group, begun)));
  tellNotUndone(tx, begun);
  return went.includes(true);
}

async function takeGroupBack(
  tx: Transaction,
  reason: string,
  members: readonly Member[],
  begun: readonly Begun[],
): Promise<boolean> {
  const [switched, lost] = [new Set<Member>(), new Set<Member>()];
  const switching = members.filter((member) => tx.switching.has(member));
  const going = onAll(switching.filter(leads), async (member) => {
    if (await goBack(tx, member, reason, lost)) switched.add(member);
    if (mayKeep(tx, member, lost)) tx.course.keeping.add(member);
  });
  tx.course.goingBack.push(going);
  const refused = await going;
  // Those that share a root with them are back at the same moment. Who is lost may have gone back by itself.
  const following = switching.filter((member) => follows(member) && (switched.has(headOf(member)) || lost.has(headOf(member))));
  refused.push(
    ...(await onAll(following, async (member) => {
      if (await seeReturn(tx, member, reason, lost)) switched.add(member);
    })),
  );
  await onAll(members, (member) => undoTasks(tx, member, begun, reason, lost));
  await onAll([...switched], (member) => reload(tx, member, reason, lost));
  await onAll([...switched], (member) => checkReturned(tx, member, reason));
  await onAll(members, (member) => putInService(tx, member, reason, lost));
  await onAll(
    members.filter((member) => !switched.has(member) && !refused.includes(member)),
    (member) => abandon(tx, member, reason),
  );
  await onAll(members, (member) => runFailed(tx, member, reason, switched.has(member)));
  return switched.size > 0;
}

/** Whether a host is lost where it does not go back by itself, as far as is known. */
function mayKeep(tx: Transaction, member: Member, lost: ReadonlySet<Member>): boolean {
  return lost.has(member) && (tx.course.asked.has(member) || !goesBackAlone(tx, member));
}

/** Whether a host that said no keeps the release. Where somebody else has switched, it is theirs that is live; who lost the lock may never have switched. */
function staysLive(tx: Transaction, member: Member, error: unknown): boolean {
  const kind = error instanceof HostFailure ? error.kind : null;
  return kind !== "moved" && (kind !== "fenced" || tx.landed.has(member));
}

/** Failures that asking again cannot change. */
const FINAL: ReadonlySet<string> = new Set(["moved", "fenced"]);

/** One host back to what it served. True if it had switched. A host that does not answer is asked anew through a new connection. */
async function goBack(tx: Transaction, member: Member, reason: string, lost: Set<Member>): Promise<boolean> {
  // What was seen so far says nothing about the end.
  member.liveKnown = false;
  const before = member.error;
  for (let attempt = 1; ; attempt++) {
    if (!(await isThere(tx, member, lost))) {
      tellLost(tx, member);
      return false;
    }
    try {
      member.setLoss(lossOnReturn(tx, member));
      return await askBack(tx, member, reason);
    } catch (error) {
      if (error instanceof HostFailure && !FINAL.has(error.kind) && attempt < ATTEMPTS) continue;
      if (staysLive(tx, member, error)) tx.course.keeping.add(member);
      // Why a host was not taken back matters more to a person than the failure before it, which is the one that the report keeps.
      if (error instanceof HostFailure && before !== null) warn(tx.run, member.name, `not taken back: ${error.message}`);
      throw error;
    }
  }
}

/** What is to be expected of a host that nobody sees any more; what it did, only looking tells. */
function tellLost(tx: Transaction, member: Member): void {
  const unknown = "It could not be reached again, so what it serves is not known.";
  warn(tx.run, member.name, `${unknown}${goesBackAlone(tx, member) ? ` ${expected(tx, member)}` : ""}`);
}

function expected(tx: Transaction, member: Member): string {
  const { release: to, text } = tx.before.get(member) ?? { release: null, text: "" };
  if (tx.course.asked.has(member)) {
    const back = to === null ? "" : ` Then take it back: ${commandsOnly(tx.run, member)("rollback", "--to", to)}`;
    return `It may have heard that the switch is final, and keeps ${tx.release} then. Look: ${tx.run.commands("status")}.${back}`;
  }
  const back = text === "" ? "takes the link away" : `goes back to ${to ?? "what it served before"}`;
  return `If it still runs, it ${back} by itself, afterSwitch included, once it has not heard from us for ${member.host.lease} s.`;
}

/** A host sees that the one that it follows has gone back. False where it is lost. */
async function seeReturn(tx: Transaction, member: Member, reason: string, lost: Set<Member>): Promise<boolean> {
  member.liveKnown = false;
  member.others ??= headOf(member).others;
  const { text = "" as ByteString, release = null } = tx.before.get(member) ?? {};
  const within = lost.has(headOf(member)) ? 0 : SEEN_WITHIN;
  for (let attempt = 1; await isThere(tx, member, lost); attempt++) {
    try {
      member.setLoss(lossOnReturn(tx, member));
      sawLive(member, await member.phase("return", () => member.ask(requests.see(text, release ?? "", within))));
      tx.run.emit({ kind: "returned", host: member.name, from: tx.release, to: release, reason });
      member.setLoss(lossAfterReturn(tx, member));
      return true;
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
      if (!member.alive && attempt < ATTEMPTS) continue;
      member.failedOnReturn.push("afterSwitch");
      warn(tx.run, member.name, `not seen to be taken back: ${error.message}`);
      throw error;
    }
  }
  return false;
}

async function askBack(tx: Transaction, member: Member, reason: string): Promise<boolean> {
  const lines = await member.phase("return", () => member.ask(requests.returnLink(returnOf(tx, member, reason))));
  sawLive(member, lines);
  // The host tells by its ledger also what became of an earlier attempt. A full disk may have kept that from being written.
  const went = lines.some((line) => line === "returned") || tx.landed.has(member);
  if (went) {
    const to = tx.before.get(member)?.release ?? null;
    tx.run.emit({ kind: "returned", host: member.name, from: tx.release, to, reason });
  }
  // Lost from here on, the host sees to the rest by itself.
  member.setLoss(went ? lossAfterReturn(tx, member) : loss.unlock);
  return went;
}

/**
 * The tasks of afterSwitch for the release gone back to. Their failure is told, and changes nothing about what is live. A host that was lost
 * is asked anew: without them it may go on running what failed.
 */
async function reload(tx: Transaction, member: Member, reason: string, lost: Set<Member>): Promise<void> {
  if (await runBack(tx, member, "afterSwitch", reason, lost))
    member.setLoss(loss.undrain(undrainCalls(tx, member, returnFacts(tx, member, "")), loss.unlock));
}

/** A host that was taken out of service is put in again, whether it had switched or not. */
async function putInService(tx: Transaction, member: Member, reason: string, lost: Set<Member>): Promise<void> {
  if (!(await runBack(tx, member, "undrain", reason, lost))) return;
  tx.course.drained.delete(member);
  // Who never switched has a half release to clear away yet, and keeps what was said of that.
  if (tx.switching.has(member)) member.setLoss(loss.unlock);
}

/** False where there was nothing to run. */
async function runBack(
  tx: Transaction,
  member: Member,
  point: "afterSwitch" | "undrain",
  reason: string,
  lost: Set<Member>,
): Promise<boolean> {
  const tasks = backTasks(tx, member, point);
  if (tasks.length === 0) return false;
  let lostIt = false;
  const done = await warnOnly(tx, member, `${point}, while going back`, async () => {
    for (let attempt = 1; await isThere(tx, member, lost); attempt++) {
      if (keepsOff(tx, member, `${point} was not run for the release gone back to`)) return;
      try {
        await runTasks(tx.run, member, { point, tasks, facts: returnFacts(tx, member, reason), before: requests.fenceBack });
        if (point === "afterSwitch") await warnOfOldProcesses(tx, member, tx.before.get(member)?.release ?? "");
        return;
      } catch (error) {
        if (member.alive || attempt === ATTEMPTS) throw error;
      }
    }
    lostIt = true;
    warn(tx.run, member.name, `${point} was not run for the release gone back to: the host is lost.`);
  });
  if (lostIt || !done) member.failedOnReturn.push(point);
  return true;
}

/** A host that did not switch: its half release goes. What was there before the run, whole, stays. */
async function abandon(tx: Transaction, member: Member, reason: string): Promise<void> {
  if (tx.action !== "deploy" || member.part === "switches") return;
  // Without the lock nothing may be deleted any more: whoever has it next does that.
  if (follows(member) || !member.alive || !member.locked || member.error?.kind === "fenced") return;
  await warnOnly(tx, member, "clearing away", async () => {
    const lines = await member.ask(requests.abandon(tx.release, lineOf(tx, member, "failed", { reason })));
    for (const line of lines.map(textOf))
      if (line.startsWith("warning ")) warn(tx.run, member.name, line.slice("warning ".length));
  });
  member.setLoss(loss.unlock);
}

async function runFailed(tx: Transaction, member: Member, reason: string, switched: boolean): Promise<void> {
  const tasks = tasksFor(tx.run.context.config, member.host, member.host.tasks.failed);
  if (tasks.length === 0 || !member.alive) return;
  const facts = taskFacts(tx, member, reason);
  // A half release is gone by now: there the tasks run in the app root.
  const here = switched ? tasks : tasks.map((task) => ({ ...task, in: "root" as const }));
  await warnOnly(tx, member, "failed", () => runTasks(tx.run, member, { point: "failed", tasks: here, facts }));
}
