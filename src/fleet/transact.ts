import type { Outcome, Report } from "../report/report.ts";
import { conclude, type Ending } from "./conclude.ts";
import { finishHost, pruneBehind } from "./finish.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { takeBack } from "./return.ts";
import { headOf } from "./root-group.ts";
import { pass, present, runPoint, stagesOf } from "./stages.ts";
import { confirmHost } from "./switch.ts";
import type { Stage, Transaction } from "./transaction.ts";
import { leavingBehind } from "./left-behind.ts";
import { undoShared } from "./undo.ts";
import { switchWaves } from "./wave.ts";

/** What differs between a deploy and a rollback. */
export interface Parts {
  /** Makes the release ready on one host; nothing is live yet. */
  readonly prepare: (member: Member) => Promise<void>;
  /** Which releases go behind the confirmation, on a host that leads. Default: none. */
  readonly remove?: (member: Member) => readonly string[];
}

/**
 * Prepare all, barrier, beforeSwitch, barrier, wave after wave, confirm all, finish. If anything fails before the confirmation, or an
 * interrupt comes, all is taken back (P2), unless the strategy says otherwise. Always ends with a report.
 */
export async function transact(tx: Transaction, parts: Parts): Promise<Report> {
  const release = stopOnInterrupt(tx);
  const failed = await firstFailure(tx, parts).finally(release);
  if (failed !== null) return fail(tx, failed);
  const { confirmed, behind } = tx.course;
  await leavingBehind(tx);
  await finishAll(tx, [...confirmed], parts);
  return conclude(tx.run, tx.everyone, ending(tx, behind.size > 0 ? "partial" : wellOf(tx)));
}

/** Each host, or those that share an app root, for itself. Whoever follows is asked before the prune, and is asked one thing at a time. */
async function finishAll(tx: Transaction, members: readonly Member[], { remove = () => [] }: Parts): Promise<void> {
  const heads = [...new Set(members.map(headOf))];
  await onAll(heads, async (head) => {
    await onAll(
      members.filter((member) => headOf(member) === head),
      (member) => finishHost(tx, member),
    );
    await pruneBehind(tx.run, head, remove(head));
  });
}

function wellOf({ action }: Transaction): Outcome {
  return action === "deploy" ? "deployed" : "rolled-back";
}

/** The stages with a barrier behind each. Returns the one that failed, null if none. */
async function firstFailure(tx: Transaction, parts: Parts): Promise<Stage | null> {
  const before = stagesOf({
    preparing: parts.prepare,
    beforeSwitch: (member) => (tx.action === "deploy" ? runPoint(tx, member, "beforeSwitch") : Promise.resolve()),
  });
  const confirming = stagesOf({ confirming: (member) => confirmHost(tx, member) });
  return (await pass(tx, before, tx.members)) ?? (await switchWaves(tx)) ?? (await pass(tx, confirming, unconfirmed(tx)));
}

function unconfirmed({ members, course }: Transaction): readonly Member[] {
  return members.filter((member) => !course.confirmed.has(member));
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
  const { run, course } = tx;
  const interrupted = run.context.signal.aborted;
  if (run.context.config.strategy.onFailure === "return") course.confirmed.clear();
  const [some, reason] = [course.confirmed.size > 0, reasonOf(tx, stage, interrupted)];
  const went = await takeBack(tx, reason, present(tx, unconfirmed(tx)), some ? "some" : "all");
  const others = await leavingBehind(tx);
  if (!some) await undoShared(tx, reason, [...course.behind]);
  const outcome = interrupted ? "interrupted" : went || others ? "returned" : "failed";
  return conclude(run, tx.everyone, ending(tx, some ? "partial" : outcome));
}

function ending(tx: Transaction, outcome: Outcome): Ending {
  const { members, course, before, release, revision, tree } = tx;
  return {
    outcome,
    release,
    revision,
    tree,
    waves: members.length > 1 ? tx.waves : [],
    expected: (member) => {
      if (!members.includes(member)) return member.previous;
      return course.confirmed.has(member) ? release : (before.get(member)?.release ?? null);
    },
    outcomeOf: (member) => (course.confirmed.has(member) ? wellOf(tx) : tx.switching.has(member) ? "returned" : "failed"),
    mayDiffer: tx.switching.size > 0,
  };
}

function reasonOf({ course }: Transaction, stage: Stage, interrupted: boolean): string {
  if (interrupted) return `interrupted while ${WORDS[stage] ?? stage}`;
  const first = [...course.failed].find((member) => member.error !== null && !course.behind.has(member));
  return first?.error === null || first === undefined ? `${stage} failed` : `${first.name}: ${first.error.message}`;
}

const WORDS: { readonly [Each in Stage]?: string } = {
  "the switch": "switching",
  drain: "draining",
  undrain: "putting hosts back into service",
  pausing: "pausing between two waves",
};
