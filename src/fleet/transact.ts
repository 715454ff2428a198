import { loss } from "../host/loss.ts";
import type { Report } from "../report/report.ts";
import { conclude } from "./conclude.ts";
import { onAll, type Member } from "./member.ts";
import { takeBack } from "./return.ts";
import { confirmHost, switchHost } from "./switch.ts";
import { taskFacts, tasksAt, type Transaction } from "./transaction.ts";
import { runTasks, tasksFor } from "./tasks.ts";

/** What differs between a deploy and a rollback. */
export interface Parts {
  /** Makes the release ready on one host; nothing is live yet. */
  readonly prepare: (member: Member) => Promise<void>;
  /** Behind the confirmation; may only warn. */
  readonly finish: (member: Member) => Promise<void>;
}

/**
 * Prepare all, barrier, beforeSwitch, barrier, switch all, afterSwitch, confirm all, finish. If anything fails before the confirmation,
 * or an interrupt comes, all is taken back (P2). Always ends with a report.
 */
export async function transact(tx: Transaction, parts: Parts): Promise<Report> {
  const { run, members } = tx;
  const release = stopOnInterrupt(tx);
  try {
    const failed = await firstFailure(tx, parts);
    if (failed !== null) return await fail(tx, failed);
  } finally {
    release();
  }
  await onAll(members, parts.finish);
  return conclude(run, tx.everyone, {
    outcome: tx.action === "deploy" ? "deployed" : "rolled-back",
    release: tx.release,
    revision: tx.revision,
    tree: tx.tree,
    expected: () => tx.release,
    mayDiffer: true,
  });
}

type Stage = "preparing" | "beforeSwitch" | "the switch" | "afterSwitch" | "confirming";

/** The stages with a barrier behind each. Returns the one that failed, null if none. */
async function firstFailure(tx: Transaction, parts: Parts): Promise<Stage | null> {
  const { members } = tx;
  const beforeSwitch =
    tx.action === "deploy" ? (member: Member) => runPoint(tx, member, "beforeSwitch") : () => Promise.resolve();
  const stages: readonly [Stage, (member: Member) => Promise<void>][] = [
    ["preparing", (member) => stoppingOthers(tx, () => parts.prepare(member))],
    ["beforeSwitch", (member) => stoppingOthers(tx, () => beforeSwitch(member))],
    ["the switch", (member) => switchHost(tx, member)],
    ["afterSwitch", (member) => stoppingOthers(tx, () => runPoint(tx, member, "afterSwitch"))],
    ["confirming", (member) => confirmHost(tx, member)],
  ];
  for (const [stage, work] of stages) {
    const failed = await onAll(members, work);
    if (failed.length > 0 || (tx.stop.signal.aborted && stage !== "confirming")) return stage;
  }
  return null;
}

/** While nothing is live yet, one host's failure ends the work of the others: it would be thrown away. */
async function stoppingOthers(tx: Transaction, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tx.stop.abort();
    throw error;
  }
}

async function runPoint(tx: Transaction, member: Member, point: "beforeSwitch" | "afterSwitch"): Promise<void> {
  const tasks = tasksFor(tx.run.context.config, member.host, tasksAt(tx, member, point));
  if (tasks.length === 0) return;
  // An undo may need the release: should we lose this host, it stays until we are back there, or the next run is.
  if (point === "beforeSwitch" && tasks.some(({ undo }) => undo !== null)) member.setLoss(loss.unlock);
  await member.phase(point, () =>
    runTasks(tx.run, member, {
      point,
      tasks,
      facts: taskFacts(tx, member),
      signal: tx.stop.signal,
      onBegun: (begun) => void tx.begun.push(begun),
    }),
  );
}

/** An interrupt stops what is being prepared and lets no new switch begin. Returns what undoes the listening. */
function stopOnInterrupt({ run, stop }: Transaction): () => void {
  const { signal } = run.context;
  const interrupt = (): void => stop.abort();
  signal.addEventListener("abort", interrupt, { once: true });
  if (signal.aborted) interrupt();
  return () => signal.removeEventListener("abort", interrupt);
}

async function fail(tx: Transaction, stage: Stage): Promise<Report> {
  const { run } = tx;
  const interrupted = run.context.signal.aborted;
  const went = await takeBack(tx, reasonOf(tx, stage, interrupted));
  return conclude(run, tx.everyone, {
    outcome: interrupted ? "interrupted" : went ? "returned" : "failed",
    release: tx.release,
    revision: tx.revision,
    tree: tx.tree,
    expected: (member) => (tx.members.includes(member) ? (tx.before.get(member)?.release ?? null) : member.previous),
    mayDiffer: tx.switching.size > 0,
  });
}

function reasonOf({ members }: Transaction, stage: Stage, interrupted: boolean): string {
  if (interrupted) return `interrupted while ${stage === "the switch" ? "switching" : stage}`;
  const first = members.find(({ error }) => error !== null);
  return first?.error === null || first === undefined ? `${stage} failed` : `${first.name}: ${first.error.message}`;
}
