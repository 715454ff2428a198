import type { ResolvedConfig, ResolvedHost, Task } from "./resolved.ts";

/** Whether a host is one of those that `on` names: the first is that of the environment. */
export function runsOn({ hosts }: ResolvedConfig, host: ResolvedHost, on: Task["on"]): boolean {
  if (on.kind === "all") return true;
  return on.kind === "role" ? host.roles.includes(on.role) : hosts[0]?.name === host.name;
}
