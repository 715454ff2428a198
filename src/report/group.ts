import { count } from "./units.ts";

/** Items with the same key together, in order of first appearance: so that fifty hosts that agree are said once. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const known = groups.get(key(item));
    if (known === undefined) groups.set(key(item), [item]);
    else known.push(item);
  }
  return [...groups.values()];
}

/** `web1, web2`, for a group of things that belong to hosts. */
export function hostsOf(group: readonly { readonly host: string }[]): string {
  return group.map((each) => each.host).join(", ");
}

/** The names of some hosts: of many, the first and how many others there are. */
export function someHosts(hosts: readonly string[]): string {
  const named = hosts.slice(0, NAMED_HOSTS).join(", ");
  return hosts.length > NAMED_HOSTS ? `${named} and ${count(hosts.length - NAMED_HOSTS, "other")}` : named;
}

const NAMED_HOSTS = 6;
