import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import { checkProblems } from "./checks.ts";
import type { Facts, HostProblem } from "./facts.ts";
import { cannotGoBack, type HostPlan, missingTools } from "./host-plan.ts";

/** For each host, by the id of its app root, the place of the first one that has the same root; null where that is itself, or no id is known. */
export function leadersByRoot(rootIds: readonly string[]): readonly (number | null)[] {
  return rootIds.map((id, index) => {
    const first = rootIds.indexOf(id);
    return id === "" || first === index ? null : first;
  });
}

/**
 * The facts of a host that shares the app root of another one, which leads: of the root there is one truth, that of the leader, which holds the
 * lock. What is in the way of changing the root, or was left there, is the leader's business.
 */
export function factsOfFollower(leader: Facts, own: Facts): Facts {
  const { release, exists, rootId, currentText, dangling, foreign, shared, base, kilobytes, inodes } = leader;
  const ofRoot = { release, exists, rootId, currentText, dangling, foreign, shared, base, kilobytes, inodes };
  return { ...own, ...ofRoot, problems: [], debris: [] };
}

/** What is in the way on a host that makes no release, whatever is deployed. */
export function problemsOfFollower(config: ResolvedConfig, host: ResolvedHost, facts: Facts): HostProblem[] {
  const tools = missingTools(facts).filter(({ text }) => / (awk|find) /.test(text));
  return [...tools, ...cannotGoBack(config, host, facts), ...checkProblems(config, host, facts)];
}

/** The plan of a host that makes no release: that of its leader, without what is done to the root. */
export function planOfFollower(
  config: ResolvedConfig,
  host: ResolvedHost,
  leader: HostPlan,
  own: HostPlan,
  facts: Facts,
): HostPlan {
  const { unchanged, tree, hidden, facts: after } = leader;
  return {
    ...own,
    unchanged,
    tree,
    hidden,
    facts: after,
    shared: [],
    debris: { entries: [], discard: [], sentences: [] },
    problems: [],
    obstacles: problemsOfFollower(config, host, facts),
  };
}
