import { facts, prefixed, wrapAround } from "../blocks.ts";
import type { Current } from "../documents.ts";
import type { HostStatus, StatusDocument } from "../status-document.ts";
import { processNames, processWords, stillRun } from "../processes.ts";
import { groupBy, hostsOf, someHosts } from "../group.ts";
import { FEW_HOSTS } from "../progress.ts";
import { withoutName } from "../repeated.ts";
import { wayBackLines } from "../summary/way-back.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { renderTable } from "../table.ts";
import { formatAge } from "../units.ts";
import { type Alike, nameOf, othersLines, rowsAlike } from "./alike.ts";
import { lockLine } from "./lock-line.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** What is live where, since when and by whom; where a rollback would go; the lock; what a person should know. */
export function statusLines(raw: StatusDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter((host) => host.error === null);
  return [
    headline(document, options),
    ...liveTable(reached, options),
    ...factLines(document, reached, options),
    ...findings(reached, options),
    ...unreachedLines(document.hosts, options),
  ];
}

function headline(document: StatusDocument, options: DocumentOptions): string {
  const name = `${document.app} ${document.environment}`;
  const reached = document.hosts.filter((host) => host.error === null);
  if (reached.length === 0) return options.theme("error", `${name}: no host could be asked`);
  if (!document.agree) return options.theme("error", `${name}: the hosts differ`);
  const says = liveOf(reached[0]);
  if (reached[0]?.elsewhere?.dangling === true || (reached[0]?.inPlace ?? null) !== null)
    return options.theme("error", `${name}: ${says}`);
  if (reached.length === document.hosts.length) return options.theme("title", `${name}: ${says}`);
  return options.theme("warning", `${name}: ${says} on ${reachedOf(document, reached)}, not every host could be asked`);
}

function reachedOf({ hosts }: StatusDocument, reached: readonly HostStatus[]): string {
  return hosts.length > FEW_HOSTS ? `${reached.length} of ${hosts.length} hosts` : hostsOf(reached);
}

function liveOf({ live, elsewhere = null, inPlace = null }: Pick<HostStatus, "live"> & Current = { live: null }): string {
  if (live !== null) return `${live} is live`;
  if (inPlace !== null) return `no release is live, \`current\` is a ${inPlace}, not a link`;
  if (elsewhere === null) return "nothing is live";
  const { text, within, dangling } = elsewhere;
  if (dangling) return `nothing is live, \`current\` points to ${text}, which is not there`;
  return within === null ? `${text} is live, which is no release` : `${text} is live, inside release ${within}`;
}

function liveTable(hosts: readonly HostStatus[], options: DocumentOptions): readonly string[] {
  if (hosts.length === 0) return [];
  const columns = ["host", "live", "state", "revision", "since", "by", "message"].map((title) => ({ title }));
  const groups = rowsAlike(hosts, (host) => JSON.stringify([whatIsLive(host), host.by, host.message]));
  const rows = groups.map((group) => [
    { text: nameOf(group, groups), role: "host" as const },
    ...whatIsLive(group[0]),
    sinceWhen(group, options.now),
    group[0].by ?? "",
    group[0].message ?? "",
  ]);
  const table = renderTable(columns, rows, { theme: options.theme, indent: 2, width: options.width });
  return ["", ...table, ...othersLines(groups, options)];
}

function whatIsLive({ live, elsewhere, inPlace, state, revision }: HostStatus): readonly string[] {
  const other = inPlace ? `a ${inPlace}` : "nothing";
  return [live ?? (elsewhere?.dangling === false ? elsewhere.text : other), state ?? "", shortRevision(revision)];
}

/** Hosts are switched one after the other, if only by a moment: the earliest and the latest. */
function sinceWhen(group: Alike<HostStatus>, now: number): string {
  const times = group.flatMap(({ since }) => since ?? []).toSorted();
  const ages = [times[0], times.at(-1)].flatMap((since) => (since === undefined ? [] : formatAge(since, now)));
  return [...new Set(ages)].join(" … ");
}

function factLines(document: StatusDocument, hosts: readonly HostStatus[], options: DocumentOptions): readonly string[] {
  if (hosts.length === 0) return [];
  const back = perHost(hosts, rollbackOf);
  const lock = perHost(hosts, (host) => lockLine(host.lock, options.now));
  const way = document.goBack === undefined ? [] : wayBackLines(document.goBack, options, 12);
  const pairs = [
    ["behind", driftLines(document, options).join("\n")] as const,
    ["rollback", [...targets(document, back), ...way].join("\n")] as const,
    ["lock", lock] as const,
    ["app root", sharedRoots(hosts)] as const,
    ["processes", perHost(hosts, (host) => processesLine(host, hosts.length > FEW_HOSTS))] as const,
  ];
  return ["", ...facts(pairs, options.theme)];
}

/** Which hosts are one as far as releases are concerned. */
function sharedRoots(hosts: readonly HostStatus[]): string {
  return groupBy(
    hosts.filter(({ sharesRootWith }) => sharesRootWith !== undefined),
    ({ sharesRootWith = "" }) => sharesRootWith,
  )
    .map(
      ([first, ...more]) => `${someHosts([first.sharesRootWith ?? "", ...[first, ...more].map(({ host }) => host)])} share one`,
    )
    .join("\n");
}

/** Who has yet to come where the others are, and the command; or why nobody can tell, and what to do. */
function driftLines({ drift, hosts }: StatusDocument, options: DocumentOptions): readonly string[] {
  if (drift === undefined) return [];
  const room = options.width === undefined ? undefined : options.width - 13;
  const said =
    drift.release === null
      ? [drift.why ?? "", drift.remedy]
      : [`${someHosts(drift.behind)}: ${drift.release} is live and good on ${servedBy(hosts, drift.release)}`];
  const lines = said.filter((text) => text !== "").flatMap((text) => wrapAround(text, room, options.caller));
  return drift.command === "" ? lines : [...lines, options.theme("command", drift.command)];
}

/** Nobody is meant who could not be asked. */
function servedBy(hosts: readonly HostStatus[], release: string): string {
  return someHosts(hosts.filter(({ live, state }) => live === release && state === "good").map(({ host }) => host));
}

/** What still runs from other releases, and how much of that could be seen. Of many hosts without numbers: those differ on each. */
function processesLine({ processes, processesMore = 0, processesBlind = 0 }: HostStatus, many: boolean): string {
  if (processes === undefined) return "";
  if (processes === null) return "cannot be seen there";
  const blind = blindWords(processesBlind, many);
  const amount = processes.length + processesMore;
  if (amount === 0) return `none of another release${blind === "" ? "" : `, but ${blind}`}`;
  const words = many ? processNames(processes) : processWords(processes, processesMore);
  return `${many ? "some still run" : stillRun(amount)} from another release: ${words}${blind === "" ? "" : `; ${blind}`}`;
}

function blindWords(amount: number | null, many: boolean): string {
  if (amount === 0) return "";
  if (amount === null) return "those of other users are hidden";
  if (many) return "those of other users could not be looked into";
  return amount === 1 ? "1 of another user could not be looked into" : `${amount} of other users could not be looked into`;
}

/** Where each host would go is told where all of them would, and where that is what differs. */
function targets({ goBack, hosts }: StatusDocument, back: string): readonly string[] {
  const alike = goBack?.refused !== undefined && goBack.refused !== null && hosts.every(({ rollbackTo }) => rollbackTo === null);
  return alike ? [] : [back];
}

function rollbackOf(host: HostStatus): string {
  return host.rollbackTo === null ? (host.rollbackRefused ?? "not possible") : `would go to ${host.rollbackTo}`;
}

function perHost(hosts: readonly HostStatus[], say: (host: HostStatus) => string): string {
  const groups = groupBy(hosts, say);
  const names = hosts.length > FEW_HOSTS ? (group: Alike<HostStatus>) => someHosts(group.map(({ host }) => host)) : hostsOf;
  return groups.map((group) => (groups.length === 1 ? say(group[0]) : `${names(group)}: ${say(group[0])}`)).join("\n");
}

function findings(hosts: readonly HostStatus[], options: DocumentOptions): readonly string[] {
  const all = hosts.map(({ host, findings: found }) => ({ host, text: found.join("\n") })).filter(({ text }) => text !== "");
  const groups =
    hosts.length > FEW_HOSTS ? groupBy(all, ({ host, text }) => withoutName(text, host)) : all.map((one) => [one] as const);
  return groups.flatMap((group) => {
    const names = someHosts(group.map(({ host }) => host));
    const text = group.length === 1 ? group[0].text : withoutName(group[0].text, group[0].host);
    return ["", ...prefixed(text, `  ${options.theme("warning", names)}: `)];
  });
}

/** As git shortens it; other kinds of revision stay whole. */
export function shortRevision(revision: string | null): string {
  return revision === null ? "" : revision.replace(/^([0-9a-f]{8})[0-9a-f]{32,}$/, "$1");
}
