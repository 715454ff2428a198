import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { leave, mayLeave } from "./left-behind.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { groupOf } from "./root-group.ts";
import { taskFacts, tasksAt, type Stage, type Transaction } from "./transaction.ts";
import { runTasks, tasksFor } from "./tasks.ts";

type Work = (member: Member) => Promise<void>;

/** Stages with what each host does in them, in order. */
export type Stages = readonly (readonly [Stage, Work])[];

export function stagesOf(stages: { readonly [Each in Stage]?: Work }): Stages {
  return Object.entries(stages) as [Stage, Work][];
}

/** In these it is known at once that what the others do would be thrown away, and an interrupt ends them. */
const LONG: ReadonlySet<Stage> = new Set<Stage>([
  "preparing",
  "beforeSwitch",
  "drain",
  "reading back",
  "afterSwitch",
  "old processes",
  "checking",
  "undrain",
]);

/**
 * Leads hosts through stages: nobody goes on before all have come so far. Who fails is left behind where the strategy allows that.
 * Returns the stage that failed, null if none.
 */
export async function pass(tx: Transaction, stages: Stages, members: readonly Member[]): Promise<Stage | null> {
  for (const [stage, work] of stages) {
    // What is being confirmed is confirmed to its end: to stop half-way would leave hosts that differ.
    const isStopped = (): boolean => tx.stop.signal.aborted && stage !== "confirming";
    if (isStopped()) return stage;
    const failed = await onAll(present(tx, members), (member) => tried(tx, stage, member, work));
    if (isStopped() || (failed.length > 0 && !mayLeave(tx, stage))) return stage;
    leave(tx, stage, failed);
  }
  return null;
}

/** Those who have not been left behind. */
export function present({ course }: Transaction, members: readonly Member[]): readonly Member[] {
  return members.filter((member) => !course.behind.has(member));
}

async function tried(tx: Transaction, stage: Stage, member: Member, work: Work): Promise<void> {
  try {
    await work(member);
  } catch (error) {
    // None of those that share a root can go back alone.
    for (const one of groupOf(member)) tx.course.failed.add(one);
    if (LONG.has(stage) && !mayLeave(tx, stage)) tx.stop.abort();
    throw error;
  }
}

/** The tasks of a point on one host, as a part of the transaction. */
export async function runPoint(
  tx: Transaction,
  member: Member,
  point: "beforeSwitch" | "drain" | "afterSwitch" | "undrain",
): Promise<void> {
  const tasks = tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, point));
  if (tasks.length === 0) return;
  // An undo may need the release: should we lose this host, it stays until we are back there, or the next run is.
  if (point === "beforeSwitch" && tasks.some(({ undo }) => undo !== null)) member.setLoss(loss.unlock);
  await member.phase(point, () =>
    runTasks(tx.run, member, {
      point,
      tasks,
      facts: taskFacts(tx, member),
      before: requests.fence,
      signal: tx.stop.signal,
      onBegun: (begun) => void tx.begun.push(begun),
    }),
  );
}
