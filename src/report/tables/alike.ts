import { groupBy, hostsOf } from "../group.ts";
import { FEW_HOSTS } from "../progress.ts";
import { count } from "../units.ts";
import { wrap } from "../width.ts";
import type { DocumentOptions } from "./options.ts";

interface OfHost {
  readonly host: string;
}

/** Hosts that share a row of a table. */
export type Alike<H extends OfHost> = readonly [H, ...H[]];

/** A row for each host; of a crowd one for all of which the same is to be said, those that are most first. */
export function rowsAlike<H extends OfHost>(hosts: readonly H[], say: (host: H) => string): readonly Alike<H>[] {
  if (hosts.length <= FEW_HOSTS) return hosts.map((host) => [host]);
  return groupBy(hosts, say).toSorted((one, other) => other.length - one.length);
}

/** What stands in the column of hosts: names, or `97 hosts` for the most of them, `web4 and 29 others` for the rest. */
export function nameOf<H extends OfHost>(group: Alike<H>, groups: readonly Alike<H>[]): string {
  if (group.length <= NAMED) return hostsOf(group);
  return group === groups[0] ? count(group.length, "host") : `${group[0].host} and ${count(group.length - 1, "other")}`;
}

/** Who the others are, below the table: whoever is named nowhere is one of the most. */
export function othersLines(groups: readonly Alike<OfHost>[], { theme, width }: DocumentOptions): readonly string[] {
  return groups.slice(1).flatMap((group) => {
    if (group.length <= NAMED) return [];
    const lines = wrap(hostsOf(group), width === undefined ? undefined : width - 4);
    return [`  ${theme("quiet", `${nameOf(group, groups)}:`)}`, ...lines.map((line) => `    ${line}`)];
  });
}

const NAMED = 3;
