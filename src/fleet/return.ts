import { HostFailure } from "../errors.ts";
import type { ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import type { Begun } from "./tasks.ts";
import { runTasks, tasksFor } from "./tasks.ts";
import { onAll, type Member } from "./member.ts";
import { reopen } from "./reopen.ts";
import { warn } from "./run.ts";
import { returnFacts, returnOf, sawLive } from "./switch.ts";
import { lineOf, taskFacts, type Transaction } from "./transaction.ts";

/**
 * Takes a failed transaction back: every host that switched, or may have, serves again what it served before; half releases go; what has
 * an `undo` is undone, what has none is told. Runs to its end whatever happens to single hosts. Returns whether any host had switched.
 */
export async function takeBack(tx: Transaction, reason: string): Promise<boolean> {
  const switched = new Set<Member>();
  const refused = await onAll([...tx.switching], async (member) => {
    if (await goBack(tx, member, reason)) switched.add(member);
  });
  await onAll(tx.members, (member) => undoTasks(tx, member, reason));
  await onAll([...switched], (member) => reload(tx, member, reason));
  await onAll(
    tx.members.filter((member) => !switched.has(member) && !refused.includes(member)),
    (member) => abandon(tx, member, reason),
  );
  await onAll(tx.members, (member) => runFailed(tx, member, reason, switched.has(member)));
  tellNotUndone(tx);
  return switched.size > 0;
}

/** One host back to what it served. True if it had switched. A host that does not answer is asked anew through a new connection. */
async function goBack(tx: Transaction, member: Member, reason: string): Promise<boolean> {
  if (!member.alive && !(await reopen(tx, member))) return false;
  const lines = await member.phase("return", () => askBack(tx, member, reason));
  sawLive(member, lines);
  const went = lines.some((line) => line === "returned") || returnedByItself(tx, member);
  if (went) {
    const to = tx.before.get(member)?.release ?? null;
    tx.run.emit({ kind: "returned", host: member.name, from: tx.release, to, reason });
  }
  member.setLoss(requests.loss.unlock);
  return went;
}

/** Why a host was not taken back matters more to a person than the failure before it, which is the one that the report keeps. */
async function askBack(tx: Transaction, member: Member, reason: string): Promise<ByteString[]> {
  try {
    return await member.ask(requests.returnLink(returnOf(tx, member, reason)));
  } catch (error) {
    if (error instanceof HostFailure && member.error !== null) warn(tx.run, member.name, `not taken back: ${error.message}`);
    throw error;
  }
}

/** Whether the host's own ledger tells that it went back while we were away. */
function returnedByItself(tx: Transaction, member: Member): boolean {
  const last = member.facts?.release.entries.findLast((entry) => entry.release === tx.release && entry.run === tx.run.id);
  return last?.kind === "returned";
}

/** The tasks of afterSwitch for the release gone back to. Their failure is told, and changes nothing about what is live. */
async function reload(tx: Transaction, member: Member, reason: string): Promise<void> {
  if ((tx.before.get(member)?.release ?? null) === null) return;
  const tasks = tasksFor(tx.run.context.config, member.host, member.host.tasks.afterSwitch);
  if (tasks.length === 0 || !member.alive) return;
  await warnOnly(tx, member, "afterSwitch, while going back", () =>
    runTasks(tx.run, member, { point: "afterSwitch", tasks, facts: returnFacts(tx, member, reason) }),
  );
}

/** The undo commands of tasks that were begun here, the latest first. */
async function undoTasks(tx: Transaction, member: Member, reason: string): Promise<void> {
  const begun = tx.begun.filter((one) => one.member === member && one.task.undo !== null).toReversed();
  if (!member.alive) return;
  for (const { task, point } of begun) {
    const undo = { ...task, run: task.undo ?? "", undo: null };
    await warnOnly(tx, member, `the undo of ${point}`, () =>
      runTasks(tx.run, member, { point, tasks: [undo], facts: { ...taskFacts(tx, member, reason), action: "return" } }),
    );
  }
}

/** A host that did not switch: its half release goes. */
async function abandon(tx: Transaction, member: Member, reason: string): Promise<void> {
  // Without the lock nothing may be deleted any more: whoever has it next does that.
  if (!member.alive || !member.locked || member.error?.kind === "fenced" || tx.action !== "deploy") return;
  await warnOnly(tx, member, "clearing away", () =>
    member.ask(requests.abandon(tx.release, lineOf(tx, member, "failed", { reason }))),
  );
  member.setLoss(requests.loss.unlock);
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
  const left = tx.begun.filter(({ point, task }) => task.undo === null && point === "beforeSwitch");
  for (const { member, task } of left.filter(isFirstOfItsKind)) {
    warn(tx.run, member.name, `\`${tx.run.masker(task.run)}\` (beforeSwitch) ran here and was not undone: it has no \`undo\`.`);
  }
}

function isFirstOfItsKind(one: Begun, index: number, all: readonly Begun[]): boolean {
  return all.findIndex((other) => other.member === one.member && other.task === one.task) === index;
}
