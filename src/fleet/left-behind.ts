import { someHosts } from "../report/group.ts";
import { count } from "../report/units.ts";
import type { Member } from "./member.ts";
import { takeBack } from "./return.ts";
import { groupOf, headOf, wholeGroups } from "./root-group.ts";
import { warn } from "./run.ts";
import { tasksFor } from "./tasks.ts";
import { tasksAt, type Stage, type Transaction } from "./transaction.ts";

/**
 * Whether those who have failed so far may be left behind, while the others go on. Never where what failed is no matter of single hosts: a
 * migration, the confirmation, or a host whose part in preparing the others need.
 */
export function mayLeave(tx: Transaction, stage: Stage): boolean {
  const { maxFailures } = tx.run.context.config.strategy;
  const failed = [...tx.course.failed];
  if (failed.length > maxFailures || failed.length >= tx.members.length || WHOLE.has(stage)) return false;
  return stage !== "preparing" || !failed.some((member) => isNeeded(tx, member));
}

const WHOLE: ReadonlySet<Stage> = new Set<Stage>(["beforeSwitch", "confirming"]);

/** Whether it has something to do before the switch that is done there alone. */
function isNeeded(tx: Transaction, member: Member): boolean {
  const tasks = tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, "beforeSwitch"));
  return tx.action === "deploy" && tasks.some(({ on }) => on.kind !== "all");
}

/** They go back alone, and nobody waits for them until the end. Those that share an app root go back together. */
export function leave(tx: Transaction, stage: Stage, failed: readonly Member[]): void {
  for (const head of new Set(failed.map(headOf))) {
    const group = wholeGroups(tx.members, [head]);
    for (const member of group) leaveOne(tx, stage, member, failed);
    const { error } = group.find((member) => failed.includes(member)) ?? head;
    const back = takeBack(tx, error?.message ?? `${stage} failed`, group, "some");
    // Whoever waits for it in the end hears of it.
    back.catch(() => undefined);
    tx.course.leaving.push(back);
  }
}

function leaveOne({ run, course }: Transaction, stage: Stage, member: Member, failed: readonly Member[]): void {
  course.behind.add(member);
  const allowed = `${course.behind.size} of at most ${count(run.context.config.strategy.maxFailures, "host")} that may fail`;
  const others = groupOf(member).filter((one) => failed.includes(one));
  const why = failed.includes(member)
    ? `since ${stage} failed there`
    : `since it shares its app root with ${someHosts(others.map(({ name }) => name))}, where ${stage} failed`;
  warn(run, member.name, `It is left behind, ${why}: ${allowed}.`);
}

/** Waits for them. Whether any of them had switched. */
export async function leavingBehind({ course }: Transaction): Promise<boolean> {
  return (await Promise.all(course.leaving)).some((went) => went);
}
