import type { ResolvedConfig, Task } from "./resolved.ts";

/** Names of all variables of the controller's environment that some task receives, sorted. Whether they exist is not checked. */
export function secretNames(config: ResolvedConfig): readonly string[] {
  const tasks: readonly Task[] = [...config.build, ...config.hosts.flatMap((host) => Object.values(host.tasks).flat())];
  return [...new Set(tasks.flatMap((task) => task.secrets))].toSorted();
}
