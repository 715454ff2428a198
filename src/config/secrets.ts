import { allHosts } from "./all-hosts.ts";
import { notifySecrets } from "./notify.ts";
import type { ResolvedConfig, Task } from "./resolved.ts";

/**
 * Names of all variables of the controller's environment that some task receives, those of named commands included, or that telling
 * others needs, sorted. Whether they exist is not checked.
 */
export function secretNames(config: ResolvedConfig): readonly string[] {
  const all = { ...config, hosts: allHosts(config) };
  const commands = all.hosts.flatMap((host) => Object.values(host.commands));
  return [...new Set([...namesIn([...tasksOf(all), ...commands]), ...notifySecretNames(config)])].toSorted();
}

/** Those that telling others needs; no task gets them without naming them itself. */
export function notifySecretNames({ notify }: ResolvedConfig): readonly string[] {
  return [...new Set(notify.flatMap(notifySecrets))];
}

/** Those that a deploy needs. */
export function deploySecretNames(config: ResolvedConfig): readonly string[] {
  return namesIn(tasksOf(config));
}

function tasksOf(config: ResolvedConfig): readonly Task[] {
  return [...config.build, ...config.hosts.flatMap((host) => Object.values(host.tasks).flat())];
}

function namesIn(tasks: readonly Task[]): readonly string[] {
  return [...new Set(tasks.flatMap((task) => task.secrets))].toSorted();
}

const SECRET = /PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY/u;
const NAME_OF_A_FILE = /_(?:FILE|PATH|DIR)$/u;

/** Whether a variable of that name probably holds a secret. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name) && !NAME_OF_A_FILE.test(name);
}
