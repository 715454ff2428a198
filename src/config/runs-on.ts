import { isFirst } from "./all-hosts.ts";
import type { ResolvedConfig, ResolvedHost, Task } from "./resolved.ts";

/** Whether a host is one of those that `on` names: the first is that of the environment, whichever hosts a command is for. */
export function runsOn(config: ResolvedConfig, host: ResolvedHost, on: Task["on"]): boolean {
  if (on.kind === "all") return true;
  return on.kind === "role" ? host.roles.includes(on.role) : isFirst(config, host);
}
