import { currentWords } from "../current.ts";
import type { HostReleases, ReleaseRow, ReleasesDocument } from "../documents.ts";
import { groupBy, hostsOf } from "../group.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { renderTable } from "../table.ts";
import type { Cell } from "../table.ts";
import type { Role } from "../theme.ts";
import { count, formatAge, formatBytes } from "../units.ts";
import type { DocumentOptions } from "./options.ts";
import { shortRevision } from "./status.ts";
import { unreachedLines } from "./unreached.ts";

/** The releases on every host, hosts that have the same ones together. */
export function releasesLines(raw: ReleasesDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter((host) => host.error === null);
  const groups = groupBy(reached, (host) =>
    JSON.stringify([currentWords(host), ...host.releases.map((row) => cells(row, host.live, options))]),
  );
  const sections = groups.flatMap((group, at) => [...(at === 0 ? [] : [""]), ...section(document, group, options)]);
  return [...sections, ...unreachedLines(document.hosts, options)];
}

function section(
  document: ReleasesDocument,
  group: readonly [HostReleases, ...HostReleases[]],
  options: DocumentOptions,
): string[] {
  const [first] = group;
  const amount = first.releases.length === 0 ? "no releases yet" : count(first.releases.length, "release");
  const title = options.theme(
    "title",
    `${document.app} ${document.environment} on ${hostsOf(group)}: ${amount}${notLive(first)}`,
  );
  if (first.releases.length === 0) return [title];
  const rows = first.releases.map((row) => cells(row, first.live, options));
  return [title, "", ...renderTable(COLUMNS, rows, { theme: options.theme, indent: 2, width: options.width })];
}

/** Why none of them is live, where that is no wonder. */
function notLive(host: HostReleases): string {
  const words = host.live === null ? currentWords(host) : null;
  if (words === null) return "";
  return host.releases.length === 0 ? `; ${words}` : `, none of them live: ${words}`;
}

function cells(row: ReleaseRow, live: string | null, options: DocumentOptions): readonly Cell[] {
  const marks = [row.id === live ? "live" : "", row.pinned ? "pinned" : ""].filter((mark) => mark !== "").join(", ");
  return [
    { text: row.id, role: row.id === live ? "release" : "quiet" },
    { text: marks, role: "good" },
    { text: row.state, role: ROLES[row.state] },
    shortRevision(row.revision),
    row.createdAt === null ? "" : formatAge(row.createdAt, options.now),
    row.bytes === null ? "" : formatBytes(row.bytes),
    row.by ?? "",
    row.message ?? "",
  ];
}

const COLUMNS = [
  { title: "release" },
  { title: "" },
  { title: "state" },
  { title: "revision" },
  { title: "created" },
  { title: "size", align: "right" as const },
  { title: "by" },
  { title: "message" },
];

// A new state without a role does not compile.
const ROLES: { readonly [State in ReleaseRow["state"]]: Role } = {
  preparing: "quiet",
  sealed: "quiet",
  live: "good",
  good: "good",
  adopted: "good",
  failed: "error",
  returned: "error",
  unknown: "warning",
};
