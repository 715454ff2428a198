import type { Task, TaskPoint } from "../config/resolved.ts";
import type { Calls } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import type { Member } from "./member.ts";
import { taskCall, tasksFor, type TaskFacts } from "./tasks.ts";
import { taskFacts, tasksAt, type Transaction } from "./transaction.ts";

/** What tasks learn while a host goes back: the release is the one gone back to, `previous` the one that failed. */
export function returnFacts(tx: Transaction, member: Member, reason: string): TaskFacts {
  const { release, text } = tx.before.get(member) ?? { release: null, text: "" };
  const facts = { ...taskFacts(tx, member, reason), action: "return", release: release ?? "", previous: tx.release } as const;
  return release === null && text !== "" ? { ...facts, elsewhere: true } : facts;
}

/** The tasks that make going back real, of those points: none where there was nothing before, and nothing can be served. */
export function backTasks(tx: Transaction, member: Member, point: "afterSwitch" | "undrain"): readonly Task[] {
  if (wasNothing(tx, member)) return [];
  if (point === "undrain" && !tx.course.drained.has(member)) return [];
  return tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, point));
}

/** The same as calls, for a host that has lost us: a reload, and into service again. */
export function backCalls(tx: Transaction, member: Member): readonly Calls[] {
  const facts = returnFacts(tx, member, "");
  return [calls(tx, member, "afterSwitch", backTasks(tx, member, "afterSwitch"), facts), undrainCalls(tx, member, facts)];
}

/** Into service again, where the host was taken out of it. */
export function undrainCalls(tx: Transaction, member: Member, facts: TaskFacts): Calls {
  if (facts.action === "return" && wasNothing(tx, member)) return [];
  return calls(tx, member, "undrain", undrainTasks(tx, member), facts);
}

function wasNothing(tx: Transaction, member: Member): boolean {
  return (tx.before.get(member)?.text ?? "") === "";
}

function undrainTasks(tx: Transaction, member: Member): readonly Task[] {
  return tx.course.drained.has(member) ? tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, "undrain")) : [];
}

function calls({ run }: Transaction, member: Member, point: TaskPoint, tasks: readonly Task[], facts: TaskFacts): Calls {
  return tasks.map((task, index) => requests.task(taskCall(run, member.host, task, index, point, facts)));
}
