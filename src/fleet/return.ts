import type { Task, TaskPoint } from "../config/resolved.ts";
import { HostFailure } from "../errors.ts";
import { textOf } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { checkReturned } from "./check-served.ts";
import type { Begun } from "./tasks.ts";
import { runTasks, tasksFor } from "./tasks.ts";
import { onAll, type Member } from "./member.ts";
import { reopen } from "./reopen.ts";
import { warn } from "./run.ts";
import { lossAfterReturn, lossOnReturn, returnFacts, returnOf, sawLive } from "./switch.ts";
import { lineOf, taskFacts, type Transaction } from "./transaction.ts";

/**
 * Takes a failed transaction back: every host that switched, or may have, serves again what it served before; half releases go; what has
 * an `undo` is undone, what has none is told. Runs to its end whatever happens to single hosts. Returns whether any host had switched.
 */
export async function takeBack(tx: Transaction, reason: string): Promise<boolean> {
  const [switched, lost] = [new Set<Member>(), new Set<Member>()];
  const refused = await onAll([...tx.switching], async (member) => {
    if (await goBack(tx, member, reason, lost)) switched.add(member);
  });
  await onAll(tx.members, (member) => undoTasks(tx, member, reason, lost));
  await onAll([...switched], (member) => reload(tx, member, reason, lost));
  await onAll([...switched], (member) => checkReturned(tx, member, reason));
  await onAll(
    tx.members.filter((member) => !switched.has(member) && !refused.includes(member)),
    (member) => abandon(tx, member, reason),
  );
  await onAll(tx.members, (member) => runFailed(tx, member, reason, switched.has(member)));
  tellNotUndone(tx);
  return switched.size > 0;
}

/** How often a host is asked to go back: what was lost or killed once may be so again on the way. */
const ATTEMPTS = 3;
/** Failures that asking again cannot change. */
const FINAL: ReadonlySet<string> = new Set(["moved", "fenced"]);

/** One host back to what it served. True if it had switched. A host that does not answer is asked anew through a new connection. */
async function goBack(tx: Transaction, member: Member, reason: string, lost: Set<Member>): Promise<boolean> {
  // What was seen so far says nothing about the end.
  member.liveKnown = false;
  const before = member.error;
  for (let attempt = 1; ; attempt++) {
    if (!(await isThere(tx, member, lost))) return false;
    try {
      member.setLoss(lossOnReturn(tx, member));
      return await askBack(tx, member, reason);
    } catch (error) {
      if (error instanceof HostFailure && !FINAL.has(error.kind) && attempt < ATTEMPTS) continue;
      // Why a host was not taken back matters more to a person than the failure before it, which is the one that the report keeps.
      if (error instanceof HostFailure && before !== null) warn(tx.run, member.name, `not taken back: ${error.message}`);
      throw error;
    }
  }
}

/** Whether the host can be asked: over a new connection where the old one was lost. Hosts that could not be had once are in `lost`. */
async function isThere(tx: Transaction, member: Member, lost: Set<Member>): Promise<boolean> {
  if (member.alive) return true;
  if (lost.has(member) || !(await reopen(tx, member))) {
    lost.add(member);
    return false;
  }
  // Lost once more, it still goes back by itself.
  if (tx.switching.has(member)) member.setLoss(lossOnReturn(tx, member));
  return true;
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
  const tasks = tasksFor(tx.run.context.config, member.host, member.host.tasks.afterSwitch);
  if (tasks.length === 0 || (tx.before.get(member)?.release ?? null) === null) return;
  await warnOnly(tx, member, "afterSwitch, while going back", async () => {
    for (let attempt = 1; await isThere(tx, member, lost); attempt++) {
      try {
        await runTasks(tx.run, member, { point: "afterSwitch", tasks, facts: returnFacts(tx, member, reason) });
        return;
      } catch (error) {
        if (member.alive || attempt === ATTEMPTS) throw error;
      }
    }
    warn(tx.run, member.name, "afterSwitch was not run for the release gone back to: the host is lost.");
  });
  member.setLoss(loss.unlock);
}

/**
 * The undo commands of tasks that were begun here, the latest first. A host that was lost is asked anew: somebody relies on them. What only
 * may have been begun is not undone: to take back a migration that never ran would take back the one before it.
 */
async function undoTasks(tx: Transaction, member: Member, reason: string, lost: Set<Member>): Promise<void> {
  const begun = tx.begun.filter((one) => one.member === member && one.known && one.task.undo !== null).toReversed();
  for (const { task, point } of begun) {
    const undo = { ...task, run: task.undo ?? "", undo: null };
    await warnOnly(tx, member, `the undo of ${point}`, async () => {
      if (await undoOne(tx, member, { point, undo, reason }, lost)) return;
      warn(tx.run, member.name, `the undo of ${quoted(tx, task)} (${point}) was not run: the host is lost.`);
    });
  }
}

interface Undoing {
  readonly point: TaskPoint;
  readonly undo: Task;
  readonly reason: string;
}

/** False if the host cannot be had. Asked again only where it was lost before the task began: twice undone may be once too often. */
async function undoOne(tx: Transaction, member: Member, { point, undo, reason }: Undoing, lost: Set<Member>): Promise<boolean> {
  const facts = { ...taskFacts(tx, member, reason), action: "return" } as const;
  let begun = false;
  for (let attempt = 1; await isThere(tx, member, lost); attempt++) {
    try {
      await runTasks(tx.run, member, { point, tasks: [undo], facts, onBegun: ({ known }) => void (begun ||= known) });
      return true;
    } catch (error) {
      if (member.alive || begun || attempt === ATTEMPTS) throw error;
    }
  }
  return false;
}

/** A host that did not switch: its half release goes. */
async function abandon(tx: Transaction, member: Member, reason: string): Promise<void> {
  // Without the lock nothing may be deleted any more: whoever has it next does that.
  if (!member.alive || !member.locked || member.error?.kind === "fenced" || tx.action !== "deploy") return;
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

async function warnOnly(tx: Transaction, member: Member, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    warn(tx.run, member.name, `${what}: ${error.message}`);
  }
}

/** What the user's own tasks did in between is named where nothing undid it. */
function tellNotUndone(tx: Transaction): void {
  const left = tx.begun.filter(({ point, task, known }) => (task.undo === null ? point === "beforeSwitch" : !known));
  for (const { member, point, task, known } of left.filter(isFirstOfItsKind)) {
    const name = `${quoted(tx, task)} (${point})`;
    if (known) warn(tx.run, member.name, `${name} ran here and was not undone: it has no \`undo\`.`);
    else
      warn(tx.run, member.name, `${name} may have run here before the connection ended, and was not undone. ${advice(tx, task)}`);
  }
}

function advice(tx: Transaction, task: Begun["task"]): string {
  if (task.undo === null) return "Look whether it did: it has no `undo`.";
  return `Look whether it did, and if so undo it: ${quoted(tx, { ...task, run: task.undo })}`;
}

function quoted(tx: Transaction, task: Begun["task"]): string {
  return `\`${tx.run.masker(task.run)}\``;
}

function isFirstOfItsKind(one: Begun, index: number, all: readonly Begun[]): boolean {
  return all.findIndex((other) => other.member === one.member && other.task === one.task) === index;
}
