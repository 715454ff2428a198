import type { CommitList, Commits } from "./report.ts";
import { count } from "./units.ts";

/** For people: what is new, and what goes. A line for each commit below a line that counts them; nothing where both are the same. */
export function commitWords({ from, added, removed }: Commits): readonly string[] {
  const than = `what is live (${from.slice(0, 7)})`;
  return [
    ...listed(added, `${count(added.count, "commit")} more than ${than}:`),
    ...listed(removed, `${count(removed.count, "commit")} of ${than} ${removed.count === 1 ? "is" : "are"} not in it:`),
  ];
}

function listed({ count, newest }: CommitList, head: string): readonly string[] {
  if (count === 0) return [];
  const rest = count - newest.length;
  const lines = newest.map(({ commit, subject }) => `  ${commit.slice(0, 7)} ${subject}`);
  return [head, ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}
