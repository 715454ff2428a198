import type { ResolvedConfig, Task } from "./resolved.ts";

/** Names of all variables of the controller's environment that some task receives, sorted. Whether they exist is not checked. */
export function secretNames(config: ResolvedConfig): readonly string[] {
  const tasks: readonly Task[] = [...config.build, ...config.hosts.flatMap((host) => Object.values(host.tasks).flat())];
  return [...new Set(tasks.flatMap((task) => task.secrets))].toSorted();
}

const SECRET = /PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY/u;
const NAME_OF_A_FILE = /_(?:FILE|PATH|DIR)$/u;

/** Whether a variable of that name probably holds a secret. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name) && !NAME_OF_A_FILE.test(name);
}
