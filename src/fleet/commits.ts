import { recordOf } from "../release/record.ts";
import type { Commits } from "../report/report.ts";
import { commitWords } from "../report/commits.ts";
import type { Facts } from "../plan/facts.ts";
import type { TreeContents } from "../tree/entry.ts";
import { notice, type FleetRun } from "./run.ts";

/**
 * What lies between what is live and a tree that will be. Null where the source cannot tell, nothing is live, or hosts serve releases
 * of different commits: there is no one answer then.
 */
export async function commitsOf(contents: TreeContents, hosts: readonly (Facts | null)[]): Promise<Commits | null> {
  const live = new Set(hosts.flatMap((facts) => revisionOf(facts) ?? []));
  const [revision] = live;
  if (revision === undefined || live.size > 1 || contents.commitsSince === undefined) return null;
  return contents.commitsSince(revision);
}

function revisionOf(facts: Facts | null): string | null {
  const live = facts?.release.live ?? null;
  return facts === null || live === null ? null : recordOf(facts.release, live).revision;
}

/** Keeps it for the report, and tells it. */
export async function tellCommits(run: FleetRun, contents: TreeContents, hosts: readonly (Facts | null)[]): Promise<void> {
  run.commits = await commitsOf(contents, hosts);
  for (const line of run.commits === null ? [] : commitWords(run.commits)) notice(run, null, line);
}
