import { someHosts } from "../report/group.ts";
import type { Commands } from "../report/command-line.ts";
import type { HostFacts } from "./facts.ts";
import { recordOf } from "./record.ts";
import { isCommit } from "./rollback-words.ts";

/** Hosts for which a release is live because they share an app root, and that were no part of the run that made it so. */
export interface Missed {
  readonly hosts: readonly string[];
  /** What that means, as a sentence without its end. */
  readonly text: string;
}

/**
 * Who of those that share an app root missed it, by the ledger of that root: left out by a filter, skipped, added since. Null where none did,
 * or where the ledger does not tell, having been written by an older version.
 */
export function missedIn({ live, entries }: HostFacts, group: readonly string[]): Missed | null {
  const good = entries.findLast(({ kind, release }) => kind === "good" && release === live);
  const told = good?.hosts ?? [];
  if (live === null || told.length === 0 || group.length < 2) return null;
  const hosts = group.filter((name) => !told.includes(name));
  if (hosts.length === 0) return null;
  const share = `which ${hosts.length === 1 ? "shares" : "share"} that app root`;
  const text = `${live} became live by a run that was about ${someHosts(told)} only, as the ledger says: on ${someHosts(hosts)}, ${share}, it ran no task and no check`;
  return { hosts, text };
}

/** What has it done there, too. Not what a deploy would bring by now: the very commit that is live, where it is one. */
export function forMissed(facts: HostFacts, commands: Commands): string {
  const { revision } = recordOf(facts, facts.live ?? "");
  const ref = revision !== null && isCommit(revision) ? ["--ref", revision] : [];
  return `To have that done, by a release made anew: ${commands("deploy", ...ref)}`;
}
