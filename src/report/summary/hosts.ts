import type { HostReport, Report } from "../report.ts";
import { marked } from "../blocks.ts";
import { groupBy } from "../group.ts";
import { FEW_HOSTS } from "../progress.ts";
import type { SummaryOptions } from "../summary.ts";
import { renderTable } from "../table.ts";
import type { Cell } from "../table.ts";

/** What is live where, wherever that cannot be said in one sentence. */
export function hostSection(report: Report, options: SummaryOptions): readonly string[] {
  if (!worthATable(report)) return [];
  const columns = [{ title: "host" }, { title: "live now" }, { title: "before" }, { title: "ended as" }, { title: "because of" }];
  const groups = report.hosts.length > FEW_HOSTS ? statesOf(report.hosts) : report.hosts.map((host) => [host] as const);
  const names = namesOf(groups);
  const rows = groups.map(([host], at) => [names[at]?.short ?? "", ...cellsOf(host)]);
  const below = names.flatMap(({ short, all }) => (all === null ? [] : marked(all, ["quiet", `${short}  `], options)));
  return ["", ...renderTable(columns, rows, { theme: options.theme, indent: 2, width: options.width }), ...below];
}

/** Hosts in the same state together. What is rare comes first. */
function statesOf(hosts: readonly HostReport[]): readonly (readonly [HostReport, ...HostReport[]])[] {
  const groups = groupBy(hosts, (host) => JSON.stringify(cellsOf(host)));
  return groups.toSorted((one, other) => one.length - other.length);
}

/** What to call a group of hosts that are in the same state, and where that does not name them, their names. */
interface Names {
  readonly short: string;
  readonly all: string | null;
}

/** All hosts can be told from it: only the greatest group goes without names, if all others have theirs. */
function namesOf(groups: readonly (readonly HostReport[])[]): readonly Names[] {
  const greatest = groups.toSorted((one, other) => one.length - other.length).at(-1);
  return groups.map((group) => {
    const names = group.map(({ host }) => host);
    if (names.length <= MOST_NAMES) return { short: names.join(", "), all: null };
    if (group === greatest) return { short: groups.length === 1 ? `all ${names.length}` : `${names.length} others`, all: null };
    return { short: `${names.length} hosts`, all: names.join(", ") };
  });
}

function cellsOf(host: HostReport): readonly Cell[] {
  return [liveCell(host), beforeCell(host), host.outcome, host.error?.kind ?? ""];
}

function beforeCell(host: HostReport): Cell {
  if (host.previousKnown === false) return { text: "not known", role: "quiet" };
  return host.previous ?? host.previousLink ?? "nothing";
}

/** Whether every host was seen, at the end, to serve what it served before. */
export function allAsBefore(hosts: readonly HostReport[]): boolean {
  return hosts.every((host) => host.liveKnown && host.previousKnown !== false && host.live === host.previous);
}

/** Hosts that went back, and may not serve what `current` says. */
export function hostsInDoubt(hosts: readonly HostReport[]): readonly string[] {
  return hosts.filter(({ failedOnReturn = [] }) => failedOnReturn.length > 0).map(({ host }) => host);
}

/** The one value all hosts agree on; undefined where they do not, or there is no host. */
export function agreed<T>(hosts: readonly HostReport[], value: (host: HostReport) => T): T | undefined {
  const [first, ...rest] = hosts.map(value);
  return rest.every((other) => other === first) ? first : undefined;
}

function worthATable(report: Report): boolean {
  if (!RELEASE_COMMANDS.has(report.command) || report.hosts.length === 0) return false;
  const seen = report.hosts.filter((host) => host.liveKnown);
  return report.outcome === "partial" || (seen.length > 0 && agreed(seen, stateOf) === undefined);
}

function stateOf(host: HostReport): string {
  return JSON.stringify([host.live, host.previous, host.outcome]);
}

function liveCell(host: HostReport): Cell {
  if (!host.liveKnown) return { text: "not known", role: "error" };
  return { text: host.live ?? "nothing", role: host.live === host.previous ? "quiet" : "release" };
}

/** Commands that are about what is live. */
export const RELEASE_COMMANDS: ReadonlySet<string> = new Set(["deploy", "rollback"]);
const MOST_NAMES = 3;
