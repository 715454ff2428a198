import type { HistoryDocument, HistoryRow } from "../history-document.ts";
import { commandsFor } from "../command-line.ts";
import { sanitize, sanitizeDeep } from "../sanitize.ts";
import { formatTime } from "../units.ts";
import { displayWidth, padEnd, wrap } from "../width.ts";
import type { DocumentOptions } from "./options.ts";
import { shortRevision } from "./status.ts";
import { unreachedLines } from "./unreached.ts";

/** The ledger for people, newest at the bottom where the eye is: per run one line, and below it why and from where. */
export function historyLines(raw: HistoryDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const all = [...new Set(document.rows.flatMap((row) => row.hosts))];
  const widths = { what: widest(document.rows, whatOf), release: widest(document.rows, (row) => row.release ?? "") };
  const rows = document.rows.flatMap((row) => rowLines(row, all, widths, options));
  const title = `${document.app} ${document.environment}: ${rows.length === 0 ? "no history yet" : "history, times in UTC"}`;
  return [
    options.theme("title", title),
    ...(rows.length === 0 ? [] : [""]),
    ...earlierLines(document, options),
    ...rows,
    ...unreachedLines(document.errors, options),
  ];
}

/** What a limit left out, and how to see it. */
function earlierLines(
  { earlier = 0, truncated = false, rows, environment }: HistoryDocument,
  { theme, caller }: DocumentOptions,
): readonly string[] {
  if (earlier === 0) return truncated ? [`  ${theme("quiet", "Older entries are not shown.")}`, ""] : [];
  const all = commandsFor(caller, environment)("history", "--limit", String(earlier + rows.length));
  return [`  ${theme("quiet", `${earlier} more before these:`)} ${theme("command", all)}`, ""];
}

interface Widths {
  readonly what: number;
  readonly release: number;
}

function rowLines(row: HistoryRow, all: readonly string[], widths: Widths, options: DocumentOptions): readonly string[] {
  const { theme } = options;
  const room = options.width === undefined ? undefined : options.width - DETAIL_INDENT;
  const what = theme(isBad(row) ? "warning" : "title", padEnd(whatOf(row), widths.what));
  const release = padEnd(sanitize(row.release ?? ""), widths.release);
  const first = `  ${theme("quiet", formatTime(row.at, "second"))}  ${what}  ${release}  ${whoOf(row)}`.trimEnd();
  return [
    first,
    ...detailsOf(row, all)
      .flatMap((detail) => wrap(detail, room))
      .map((detail) => `${" ".repeat(DETAIL_INDENT)}${theme("quiet", detail)}`),
  ];
}

// `deployed` says which command it was; `failed` does not.
function whatOf(row: HistoryRow): string {
  if (row.result === "") return sanitize(row.command);
  return isBad(row) ? sanitize(`${row.command} ${row.result}`) : sanitize(row.result);
}

// Whoever came upon it is not who did it.
function whoOf(row: HistoryRow): string {
  return /^(foreign switch|adopted)\b/.test(row.result) ? `found by ${sanitize(row.by)}` : sanitize(row.by);
}

function isBad(row: HistoryRow): boolean {
  return /^(returned|failed|partial|unfinished)\b/.test(row.result);
}

function detailsOf(row: HistoryRow, all: readonly string[]): readonly string[] {
  const from = row.from === null ? [] : [`was ${row.from}`];
  const revision = row.revision === null ? [] : [shortRevision(row.revision)];
  const hosts = row.hosts.length === all.length ? [] : [`only ${row.hosts.join(", ")}`];
  const promoted = row.promotedFrom === undefined ? [] : [`${row.promotedFrom.release} of ${row.promotedFrom.environment}`];
  const facts = [
    ...from,
    ...promoted,
    ...revision,
    ...hosts,
    ...(row.origin === "" || row.by.endsWith(`@${row.origin}`) ? [] : [row.origin]),
  ]
    .map(sanitize)
    .join(", ");
  return [facts, sanitize(row.message), sanitize(row.reason)].filter((detail) => detail !== "");
}

function widest(rows: readonly HistoryRow[], value: (row: HistoryRow) => string): number {
  return Math.max(0, ...rows.map((row) => displayWidth(value(row))));
}

const DETAIL_INDENT = 23;
