import type { Report } from "../report/report.ts";
import { conclude } from "./conclude.ts";
import { closeAll } from "./finish.ts";
import { tellLeftOut } from "./left-out.ts";
import { NotOpened, openAll, type OpenOptions } from "./lock.ts";
import { reachAll, type ReachOptions } from "./reach.ts";
import { Member } from "./member.ts";
import type { FleetRun } from "./run.ts";

/** Connects, takes all locks, does the work and lets go. What stops it before the work is a report too; mistakes of the user are thrown. */
export async function underLock(
  run: FleetRun,
  work: (members: readonly Member[]) => Promise<Report>,
  options: OpenOptions & ReachOptions = {},
): Promise<Report> {
  let members: readonly Member[] = run.context.config.hosts.map((host) => new Member(run, host));
  for (const member of members) member.chosen = options.besides?.(member) !== true;
  try {
    tellLeftOut(run);
    members = await reachAll(run, members, options);
    await openAll(run, members, options);
    return await work(members);
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    const outcome = run.context.signal.aborted ? "interrupted" : error.locked ? "locked" : "failed";
    return await conclude(run, members, {
      outcome,
      release: null,
      revision: null,
      tree: null,
      expected: () => null,
      mayDiffer: false,
    });
  } finally {
    await closeAll(run, members);
  }
}

/** The report of a command that changes no release. */
export async function done(run: FleetRun, members: readonly Member[], release: string | null = null): Promise<Report> {
  const failed = members.some(({ error }) => error !== null);
  return conclude(run, members, {
    outcome: failed ? "failed" : "done",
    release,
    revision: null,
    tree: null,
    expected: whatIsLive,
    mayDiffer: false,
  });
}

function whatIsLive({ live }: Member): string | null {
  return live;
}
