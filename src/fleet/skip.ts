import { isFirst } from "../config/all-hosts.ts";
import type { ResolvedConfig, ResolvedHost, Task } from "../config/resolved.ts";
import { tasksFor } from "./tasks.ts";

/**
 * Why these hosts cannot be done without, as the end of a sentence; null if they can. Somebody must be left, and whoever alone would run a
 * task before the switch (a migration) must not be missing: the others would go live without it.
 */
export function indispensable(
  config: ResolvedConfig,
  lost: readonly ResolvedHost[],
  { ships }: { /** Whether tasks of `beforeSwitch` are run at all. */ readonly ships: boolean },
): string | null {
  const reached = config.hosts.filter((host) => !lost.includes(host));
  if (reached.length === 0) return "no host would be left";
  if (!ships) return null;
  const covered = new Set(reached.flatMap((host) => ofSome(config, host).map(keyOf)));
  for (const host of lost) {
    const task = ofSome(config, host).find((each) => !covered.has(keyOf(each)));
    if (task !== undefined)
      return `${host.name} alone runs \`${firstLine(task.run)}\` before the switch (${placeOf(config, host, task)})`;
  }
  return null;
}

/** What a host does for others: what all do, each does for itself. */
function ofSome(config: ResolvedConfig, host: ResolvedHost): readonly Task[] {
  return tasksFor(config, host, host.tasks.beforeSwitch).filter(({ on }) => on.kind !== "all");
}

function keyOf(task: Task): string {
  return JSON.stringify(task);
}

function placeOf(config: ResolvedConfig, host: ResolvedHost, { on }: Task): string {
  return on.kind === "role" ? `on: ${on.role}` : isFirst(config, host) ? "on: first" : "";
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
