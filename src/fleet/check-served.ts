import { checksOn, type Numbered } from "../check/chosen.ts";
import { BEGINNING, next, step, type Course } from "../check/course.ts";
import { checkName, triesText } from "../check/words.ts";
import { cancelled, HostFailure } from "../errors.ts";
import { shortTask } from "../report/rows.ts";
import { tryCheck, type Tried } from "./check-attempt.ts";
import type { Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";
import { returnFacts } from "./back-tasks.ts";
import type { TaskFacts } from "./tasks.ts";
import { taskFacts, type Transaction } from "./transaction.ts";

/**
 * Whether a host serves the release that it was switched to (P12): each of its checks, in order, until it passes. Throws HostFailure,
 * `check-failed` where one does not pass in its time, `cancelled` where the transaction was stopped.
 */
export async function checkHost(tx: Transaction, member: Member): Promise<void> {
  const { run, stop } = tx;
  if (checksOn(run.context.config, member.host).length === 0) return;
  await member.phase("served", () => passAll(run, member, taskFacts(tx, member), stop.signal), describe);
}

/** The same for the release that a host has gone back to. There is nowhere else to go: what does not pass is told. */
export async function checkReturned(tx: Transaction, member: Member, reason: string): Promise<void> {
  const facts = returnFacts(tx, member, reason);
  // Where others were at work meanwhile, what is live is theirs.
  const nothing = facts.release === "" && facts.elsewhere !== true;
  if (nothing || !member.alive || member.others !== null) return;
  try {
    await passAll(tx.run, member, facts, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    member.failedOnReturn.push("check");
    warn(
      tx.run,
      member.name,
      `${facts.release === "" ? "What was served before" : `The release gone back to, ${facts.release},`} may not be served: ${error.message}`,
    );
  }
}

/** How one check ended. */
interface Settled {
  readonly name: string;
  readonly course: Course;
  /** The last attempt that failed, or where none did, the last. */
  readonly last: Tried;
  readonly ok: boolean;
}

async function passAll(run: FleetRun, member: Member, facts: TaskFacts, signal: AbortSignal): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  for (const one of checksOn(run.context.config, member.host)) {
    const began = run.ports.elapsed();
    const result = await settle(run, member, one, facts, signal);
    settled.push(result);
    const { name, ok, course, last } = result;
    const ms = Math.round(run.ports.elapsed() - began);
    member.checks.push({ check: name, release: facts.release, ok, tries: course.tries, ms, answer: last.text });
    if (!ok) throw failure(member, one, result);
  }
  return settled;
}

/** Tries one check until it has passed so often as is wanted, or its time is over. */
async function settle(run: FleetRun, member: Member, one: Numbered, facts: TaskFacts, signal: AbortSignal): Promise<Settled> {
  const { ports } = run;
  const name = run.masker(checkName(one.check));
  const began = ports.elapsed();
  let course = BEGINNING;
  let failed: Tried | null = null;
  for (;;) {
    if (signal.aborted) throw cancelled(member.name);
    const last = await tryCheck(run, member, one, facts, signal);
    course = step(course, last.ok);
    if (!last.ok) failed = last;
    const then = next(course, one.check, ports.elapsed() - began);
    if (then.kind !== "again")
      return { name, course, last: then.kind === "passed" ? last : (failed ?? last), ok: then.kind === "passed" };
    await ports.sleep(then.after, signal);
  }
}

function failure(member: Member, { check }: Numbered, { name, course, last }: Settled): HostFailure {
  const within = check.within === 0 ? "" : ` within ${check.within} s`;
  return new HostFailure({
    host: member.name,
    kind: "check-failed",
    message: `The check \`${shortTask(name)}\` did not pass${within}: ${last.ok ? "not often enough in a row" : last.text} (${triesText(course, check)}).`,
    remedy: last.remedy,
    output: last.output,
  });
}

function describe(settled: readonly Settled[]): string {
  return settled
    .map(({ name, last, course }) => {
      const often = course.tries === 1 ? "" : `, tried ${course.tries} times`;
      return `${shortTask(name, 60)}${last.text === "" ? "" : `: ${last.text}`}${often}`;
    })
    .join("; ");
}
