import type { Task, TaskPoint } from "../config/resolved.ts";
import { someHosts } from "../report/group.ts";
import * as requests from "../host/requests.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { ATTEMPTS, isThere, keepsOff, warnOnly } from "./once-more.ts";
import { headOf } from "./root-group.ts";
import { warn } from "./run.ts";
import { runTasks, type Begun } from "./tasks.ts";
import { taskFacts, type Transaction } from "./transaction.ts";

/** Undoes what hosts did once for all that went back alone, where nobody keeps the release. */
export async function undoShared(tx: Transaction, reason: string, members: readonly Member[]): Promise<void> {
  const begun = tx.begun.filter(({ member, task }) => members.includes(member) && task.on.kind !== "all");
  const lost = new Set<Member>();
  await onAll(members, (member) => undoTasks(tx, member, begun, reason, lost));
  tellNotUndone(tx, begun);
}

/**
 * The undo commands of tasks that were begun here, the latest first. A host that was lost is asked anew: somebody relies on them. What only
 * may have been begun is not undone: to take back a migration that never ran would take back the one before it.
 */
export async function undoTasks(
  tx: Transaction,
  member: Member,
  begun: readonly Begun[],
  reason: string,
  lost: Set<Member>,
): Promise<void> {
  const undoable = begun.filter((one) => one.member === member && one.known && one.task.undo !== null).toReversed();
  for (const { task, point } of undoable) {
    // Those who were left behind may be on their way yet.
    if (task.on.kind !== "all") await Promise.allSettled(tx.course.goingBack);
    const keeping = keepersOf(tx, member, task);
    if (keeping.length > 0) {
      tellKept(tx, member, { task, point }, keeping);
      continue;
    }
    const undo = { ...task, run: task.undo ?? "", undo: null };
    await warnOnly(tx, member, `the undo of ${point}`, async () => {
      if (await undoOne(tx, member, { point, undo, reason }, lost)) return;
      warn(tx.run, member.name, `the undo of ${quoted(tx, task)} (${point}) was not run: the host is lost.`);
    });
  }
}

/** Who keeps the release, or may, and needs what the task did. */
function keepersOf({ course }: Transaction, member: Member, { on }: Task): readonly Member[] {
  return [...course.keeping].filter((one) => on.kind !== "all" || one === headOf(member));
}

function tellKept(
  tx: Transaction,
  member: Member,
  { task, point }: Pick<Begun, "task" | "point">,
  keeping: readonly Member[],
): void {
  const who = someHosts(keeping.map(({ name }) => name));
  const then = `Once no host serves it any more, undo it: ${quoted(tx, { ...task, run: task.undo ?? "" })}`;
  warn(
    tx.run,
    member.name,
    `${quoted(tx, task)} (${point}) was not undone: ${tx.release} is, or may be, still live on ${who}. ${then}`,
  );
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
  const onBegun = ({ known }: Begun): void => void (begun ||= known);
  for (let attempt = 1; await isThere(tx, member, lost); attempt++) {
    if (keepsOff(tx, member, `${quoted(tx, undo)}, the undo of ${point}, was not run`)) return true;
    try {
      await runTasks(tx.run, member, { point, tasks: [undo], facts, before: requests.fenceBack, onBegun });
      return true;
    } catch (error) {
      if (member.alive || begun || attempt === ATTEMPTS) throw error;
    }
  }
  return false;
}

/** What the user's own tasks did in between is named where nothing undid it. */
export function tellNotUndone(tx: Transaction, begun: readonly Begun[]): void {
  const left = begun.filter(({ point, task, known }) => (task.undo === null ? point === "beforeSwitch" : !known));
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
