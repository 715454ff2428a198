import { HostFailure } from "../errors.ts";
import type { ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { formatSeconds } from "../config/duration.ts";
import { parseProcesses } from "../plan/processes.ts";
import { processWords, stillRun } from "../report/processes.ts";
import type { OldProcess } from "../report/report.ts";
import { LONGEST_WAIT, type Member } from "./member.ts";
import { notice, warn, type FleetRun } from "./run.ts";
import type { Transaction } from "./transaction.ts";

/**
 * Behind the switch and its tasks: what still runs from another release is waited for, then told. Switched is not served: a process stays in the
 * release that it was started in. Throws HostFailure where the configuration says that nothing may be left.
 */
export async function waitForOldProcesses(tx: Transaction, member: Member): Promise<void> {
  const { whenLeft, within } = member.host.oldProcesses;
  if (whenLeft === "ignore" || !hasOthers(member, tx.release)) return;
  const left = await outlast(tx.run, member, { release: tx.release, within, signal: tx.stop.signal });
  if (left === null) return;
  if (whenLeft === "warn") return warn(tx.run, member.name, `${left} ${ADVICE}`);
  const failure = new HostFailure({ host: member.name, kind: "old-processes", message: left, remedy: ADVICE });
  member.fail(failure, "old processes");
  throw failure;
}

/** The same behind the way back, where it can only be told. Who interrupts does not want to wait. */
export async function warnOfOldProcesses(tx: Transaction, member: Member, release: string): Promise<void> {
  const { whenLeft, within } = member.host.oldProcesses;
  if (whenLeft === "ignore") return;
  const left = await outlast(tx.run, member, { release, within: tx.run.context.signal.aborted ? 0 : within });
  if (left !== null) warn(tx.run, member.name, `${left} ${ADVICE}`);
}

const ADVICE = "Restart or reload them in `afterSwitch`, or give them more time with `oldProcesses.within`.";

/** In the only release there is nobody can be left behind. */
function hasOthers({ facts }: Member, release: string): boolean {
  return facts?.release.releases.some(({ id }) => id !== release) ?? true;
}

interface Outlasting {
  /** The one that is live. */
  readonly release: string;
  /** Seconds. */
  readonly within: number;
  readonly signal?: AbortSignal;
}

/** What is left when the time is over, in a sentence; null where nothing is. */
async function outlast(run: FleetRun, member: Member, { release, within, signal }: Outlasting): Promise<string | null> {
  const said: ByteString[] = [];
  const lines = await member.ask(requests.outlast(release, within), {
    onLine: (line) => {
      said.push(line);
      if (line !== "waiting") return;
      const words = processWords(worthWaiting(parseProcesses(said)?.processes));
      notice(run, member.name, `Waiting up to ${formatSeconds(within)} for what still runs from another release: ${words}.`);
    },
    within: () => within * 2 + LONGEST_WAIT,
    ...(signal === undefined ? {} : { signal }),
  });
  const seen = parseProcesses(lines);
  const left = worthWaiting(seen?.processes);
  member.processes = left;
  const amount = left.length + (seen?.more ?? 0);
  return amount === 0 ? null : `${stillRun(amount)} from another release: ${processWords(left, seen?.more)}.`;
}

/** Who sits in a release at a prompt serves nobody. */
function worthWaiting(processes: readonly OldProcess[] = []): readonly OldProcess[] {
  return processes.filter(({ kind }) => kind === "process");
}
