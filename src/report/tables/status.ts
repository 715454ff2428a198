import { facts, prefixed } from "../blocks.ts";
import type { HostStatus, StatusDocument } from "../documents.ts";
import { groupBy, hostsOf } from "../group.ts";
import { wayBackLines } from "../summary/way-back.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { renderTable } from "../table.ts";
import { formatAge } from "../units.ts";
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
    ...reached.flatMap((host) => findings(host, options)),
    ...unreachedLines(document.hosts, options),
  ];
}

function headline(document: StatusDocument, options: DocumentOptions): string {
  const name = `${document.app} ${document.environment}`;
  const reached = document.hosts.filter((host) => host.error === null);
  if (reached.length === 0) return options.theme("error", `${name}: no host could be asked`);
  if (!document.agree) return options.theme("error", `${name}: the hosts differ`);
  const says = liveOf(reached[0]);
  if (reached[0]?.elsewhere?.dangling === true) return options.theme("error", `${name}: ${says}`);
  if (reached.length === document.hosts.length) return options.theme("title", `${name}: ${says}`);
  return options.theme("warning", `${name}: ${says} on ${hostsOf(reached)}, not every host could be asked`);
}

function liveOf({ live, elsewhere = null }: Pick<HostStatus, "live" | "elsewhere"> = { live: null }): string {
  if (live !== null) return `${live} is live`;
  if (elsewhere === null) return "nothing is live";
  const { text, within, dangling } = elsewhere;
  if (dangling) return `nothing is live, \`current\` points to ${text}, which is not there`;
  return within === null ? `${text} is live, which is no release` : `${text} is live, inside release ${within}`;
}

function liveTable(hosts: readonly HostStatus[], options: DocumentOptions): readonly string[] {
  if (hosts.length === 0) return [];
  const columns = ["host", "live", "state", "revision", "since", "by", "message"].map((title) => ({ title }));
  const rows = hosts.map((host) => [
    { text: host.host, role: "host" as const },
    host.live ?? (host.elsewhere?.dangling === false ? host.elsewhere.text : "nothing"),
    host.state ?? "",
    shortRevision(host.revision),
    host.since === null ? "" : formatAge(host.since, options.now),
    host.by ?? "",
    host.message ?? "",
  ]);
  return ["", ...renderTable(columns, rows, { theme: options.theme, indent: 2, width: options.width })];
}

function factLines(document: StatusDocument, hosts: readonly HostStatus[], options: DocumentOptions): readonly string[] {
  if (hosts.length === 0) return [];
  const back = perHost(hosts, rollbackOf);
  const lock = perHost(hosts, (host) => lockLine(host.lock, options.now));
  const way = document.goBack === undefined ? [] : wayBackLines(document.goBack, options, 12);
  const pairs = [["rollback", [...targets(document, back), ...way].join("\n")] as const, ["lock", lock] as const];
  return ["", ...facts(pairs, options.theme)];
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
  return groups.map((group) => (groups.length === 1 ? say(group[0]) : `${hostsOf(group)}: ${say(group[0])}`)).join("\n");
}

function findings(host: HostStatus, options: DocumentOptions): readonly string[] {
  if (host.findings.length === 0) return [];
  const lines = host.findings.flatMap((finding) => prefixed(finding, `  ${options.theme("warning", host.host)}: `));
  return ["", ...lines];
}

/** As git shortens it; other kinds of revision stay whole. */
export function shortRevision(revision: string | null): string {
  return revision === null ? "" : revision.replace(/^([0-9a-f]{8})[0-9a-f]{32,}$/, "$1");
}
