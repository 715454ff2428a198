import { quoted } from "../path.ts";
import { valuesIn } from "./variables.ts";

interface Group {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** The groups of an inventory, by name, in its order. */
export type Groups = ReadonlyMap<string, Group>;

/** What Ansible and scripts for it print: a group is a map with `hosts` and `children`, or just a list of hosts. */
export function groupsIn(printed: Readonly<Record<string, unknown>>): Groups {
  const named = Object.entries(printed).filter(([name]) => name !== "_meta");
  return new Map(named.map(([name, group]) => [name, groupOf(group)]));
}

/** What of it would lose a host or a group without a word, each as the end of a list of mistakes. */
export function wrongGroups(printed: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(printed).flatMap(([name, group]) => {
    if (name === "_meta") return [];
    const lists = Array.isArray(group) ? { hosts: group as unknown } : valuesIn(group);
    return ["hosts", "children"].flatMap((key) => (isTexts(lists[key]) ? [] : [wrong(key, name)]));
  });
}

function wrong(key: string, group: string): string {
  return `\`${key}\` of the group ${quoted(group)} must be a list of names\nCorrect it in the inventory.`;
}

function isTexts(list: unknown): boolean {
  return list === undefined || list === null || (Array.isArray(list) && list.every((item) => typeof item === "string"));
}

function groupOf(value: unknown): Group {
  if (Array.isArray(value)) return { hosts: textsIn(value), children: [] };
  const { hosts, children } = (value ?? {}) as { readonly hosts?: unknown; readonly children?: unknown };
  return { hosts: textsIn(hosts), children: textsIn(children) };
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

/** Hosts of a group and of the groups in it, each once, however groups are nested, even in a circle. */
export function hostsOf(groups: Groups, name: string): readonly string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (group: string): void => {
    if (seen.has(group)) return;
    seen.add(group);
    const { hosts = [], children = [] } = groups.get(group) ?? {};
    for (const host of hosts) found.add(host);
    for (const child of children) visit(child);
  };
  visit(name);
  return [...found];
}
