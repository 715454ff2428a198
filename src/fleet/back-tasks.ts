import type { Task, TaskPoint } from "../config/resolved.ts";
import type { ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import type { Member } from "./member.ts";
import { taskCall, tasksFor, type TaskFacts } from "./tasks.ts";
import { taskFacts, tasksAt, type Transaction } from "./transaction.ts";

/** What tasks learn while a host goes back: the release is the one gone back to, `previous` the one that failed. */
export function returnFacts(tx: Transaction, member: Member, reason: string): TaskFacts {
  const back = tx.before.get(member)?.release ?? "";
  return { ...taskFacts(tx, member, reason), action: "return", release: back, previous: tx.release };
}

/** The tasks that make going back real, of those points: none where there was nothing before. */
export function backTasks(tx: Transaction, member: Member, point: "afterSwitch" | "undrain"): readonly Task[] {
  if ((tx.before.get(member)?.release ?? null) === null) return [];
  if (point === "undrain" && !tx.course.drained.has(member)) return [];
  return tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, point));
}

/** The same as calls, for a host that has lost us: a reload, and into service again. */
export function backCalls(tx: Transaction, member: Member): readonly ByteString[] {
  const facts = returnFacts(tx, member, "");
  return [...calls(tx, member, "afterSwitch", backTasks(tx, member, "afterSwitch"), facts), ...undrainCalls(tx, member, facts)];
}

/** Into service again, where the host was taken out of it. */
export function undrainCalls(tx: Transaction, member: Member, facts: TaskFacts): readonly ByteString[] {
  return facts.release === "" ? [] : calls(tx, member, "undrain", undrainTasks(tx, member), facts);
}

function undrainTasks(tx: Transaction, member: Member): readonly Task[] {
  return tx.course.drained.has(member) ? tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, "undrain")) : [];
}

function calls({ run }: Transaction, member: Member, point: TaskPoint, tasks: readonly Task[], facts: TaskFacts): ByteString[] {
  return tasks.map((task, index) => requests.task(taskCall(run, member.host, task, index, point, facts)));
}
