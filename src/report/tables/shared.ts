import { facts, marked } from "../blocks.ts";
import { commandsFor } from "../command-line.ts";
import { groupBy, hostsOf } from "../group.ts";
import { sanitizeDeep } from "../sanitize.ts";
import type {
  HostDiff,
  HostShared,
  SharedDiffDocument,
  SharedGetDocument,
  SharedListDocument,
  SharedRow,
} from "../shared-documents.ts";
import { renderTable } from "../table.ts";
import type { Role } from "../theme.ts";
import { count, formatAge, formatBytes } from "../units.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** What is in shared/: hosts that agree once, with what differs marked. */
export function sharedListLines(raw: SharedListDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter(({ error }) => error === null);
  const name = `${document.app} ${document.environment}`;
  const title = document.agree
    ? options.theme("title", `${name}: shared`)
    : options.theme("warning", `${name}: the hosts differ in shared`);
  const groups = groupBy(reached, ({ entries, unconfigured }) => JSON.stringify([entries.map(essence), unconfigured]));
  const differing = differingPaths(reached);
  return [title, ...groups.flatMap((group) => groupLines(group, differing, options)), ...unreachedLines(document.hosts, options)];
}

function essence({ path, found, linked, sha256, mode }: SharedRow): unknown {
  return [path, found, linked, sha256, mode];
}

function differingPaths(hosts: readonly HostShared[]): ReadonlySet<string> {
  const rows = groupBy(
    hosts.flatMap(({ entries }) => entries),
    ({ path }) => path,
  );
  const differ = rows.filter(
    (same) => new Set(same.map((row) => JSON.stringify(essence(row)))).size > 1 || same.length < hosts.length,
  );
  return new Set(differ.map(([{ path }]) => path));
}

function groupLines(
  group: readonly [HostShared, ...HostShared[]],
  differing: ReadonlySet<string>,
  options: DocumentOptions,
): readonly string[] {
  const { theme, width, now } = options;
  const [{ entries, unconfigured }] = group;
  const columns = ["", "path", "kind", "if missing", "there", "size", "mode", "changed", "sha256"].map((title) => ({ title }));
  const rows = entries.map((row) => [
    differing.has(row.path) ? "!" : "",
    row.path,
    row.kind,
    row.whenMissing,
    `${row.found === row.kind || (row.found === "directory" && row.kind === "dir") ? "yes" : row.found}${row.linked ? ", linked" : ""}`,
    row.bytes === null ? "" : formatBytes(row.bytes),
    row.mode ?? "",
    row.modifiedAt === null ? "" : formatAge(row.modifiedAt, now),
    row.sha256?.slice(0, 12) ?? "",
  ]);
  const kept = entries.flatMap(({ before }) => before);
  const more = facts(
    [
      ["kept by put", kept.join("\n")],
      ["not configured", unconfigured.join("\n")],
    ],
    theme,
  );
  const table =
    rows.length === 0 ? ["  nothing is configured as shared"] : renderTable(columns, rows, { theme, indent: 2, width });
  return ["", theme("host", hostsOf(group)), ...table, ...more];
}

/** In what a file differs; never a value of it. */
export function sharedDiffLines(raw: SharedDiffDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const { theme } = options;
  const name = `${document.app} ${document.environment}: ${document.path}`;
  const [role, says] = verdictOn(document);
  const title = theme(role, `${name} ${says}`);
  const reached = document.hosts.filter(({ error }) => error === null);
  const groups = groupBy(reached, ({ state, content, keys }) => JSON.stringify([state, content, keys]));
  const { reference } = document;
  const compared =
    reference === null ? [] : facts([["compared with", `${reference.name}: ${contentWords(reference.content)}`]], theme);
  return [
    title,
    ...compared,
    ...groups.flatMap((group) => ["", ...diffLines(hostsOf(group), group[0], options)]),
    ...unreachedLines(document.hosts, options),
    ...putLines(document, options),
  ];
}

function putLines({ path, environment, hosts }: SharedDiffDocument, options: DocumentOptions): readonly string[] {
  if (hosts.some(({ state }) => state !== "missing")) return [];
  const command = commandsFor(options.caller, environment)("shared put", path, "--from", "FILE");
  return ["", ...marked(`To put it there: ${command}`, ["title", "-> "], options)];
}

/** Where there is no such file none is the same as another, and of hosts that could not be asked nothing is claimed. */
function verdictOn({ hosts, reference }: SharedDiffDocument): readonly [Role, string] {
  const reached = hosts.filter(({ error }) => error === null);
  const states = new Set(reached.map(({ state }) => state));
  const [state = "unknown"] = states;
  if (reached.length === 0) return ["error", "could be looked at on no host"];
  if (states.size > 1 || (reference !== null && state !== "same")) return ["warning", "differs"];
  const everywhere = reached.length === hosts.length;
  if (reference !== null)
    return everywhere ? ["title", "is the same everywhere"] : ["warning", "is the same where it could be looked at"];
  if (state === "missing") return ["warning", everywhere ? "is on no host" : "is on no host that could be asked"];
  return ["warning", `${STATES[state]}${everywhere ? " everywhere" : " where it could be looked at"}`];
}

function diffLines(hosts: string, { state, content, keys }: HostDiff, { theme }: DocumentOptions): readonly string[] {
  const has = content === null ? "" : ` (${contentWords(content)})`;
  const told = keys === null ? 0 : keys.added.length + keys.removed.length + keys.changed.length;
  const inKeys = facts(
    [
      ["only here", keys?.added.join(", ") ?? null],
      ["not here", keys?.removed.join(", ") ?? null],
      ["other value", keys?.changed.join(", ") ?? null],
      ["keys", keys !== null && told === 0 ? "the same: only order, spaces or comments differ" : null],
    ],
    theme,
  );
  return [`${theme("host", hosts)}: ${STATES[state]}${has}`, ...inKeys];
}

const STATES: { readonly [Each in HostDiff["state"]]: string } = {
  same: "the same",
  differs: "differs",
  missing: "is not there",
  directory: "is a directory",
  unknown: "unknown",
};

function contentWords({
  bytes,
  lines,
  sha256,
}: {
  readonly bytes: number;
  readonly lines: number | null;
  readonly sha256: string;
}): string {
  return `${lines === null ? "" : `${count(lines, "line")}, `}${formatBytes(bytes)}, sha256 ${sha256.slice(0, 12)}`;
}

/** Where the file was written to. What is given as text is not this function's: it is shown as it is. */
export function sharedGetLines(raw: SharedGetDocument, { theme }: DocumentOptions): readonly string[] {
  const { path, hosts, to, bytes, sha256 } = sanitizeDeep(raw);
  return [theme("good", `Wrote ${path} of ${hosts.join(", ")} to ${to} (${formatBytes(bytes)}, sha256 ${sha256.slice(0, 12)}).`)];
}
