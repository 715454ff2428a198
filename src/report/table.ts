import { sanitize } from "./sanitize.ts";
import type { Role, Theme } from "./theme.ts";
import { displayWidth, padEnd, padStart, truncate, wrap } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Text, or text that is dressed as something. Anything that came from a host is sanitized here. */
export type Cell = string | { readonly text: string; readonly role: Role };

export interface TableOptions {
  readonly theme: Theme;
  /** Spaces before every line. */
  readonly indent?: number;
  /** Columns of the terminal: the last column of the table is shortened to fit, or where little would be left of it, put below. */
  readonly width?: number | undefined;
}

/** Aligned columns under a line of titles. Columns in which no row says anything are left out. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], options: TableOptions): string[] {
  const clean = rows.map((row) => row.map(asCell));
  const used = columns.map((_, at) => at).filter((at) => clean.some((row) => row[at]?.text !== ""));
  const titles = columns.map((column) => ({ text: column.title, role: "quiet" as const }));
  const kept = [titles, ...clean].map((row) => used.map((at) => row[at] ?? EMPTY));
  const widths = used.map((_, at) => Math.max(...kept.map((row) => displayWidth(row[at]?.text ?? ""))));
  const layout = used.map((at, place) => ({ width: widths[place] ?? 0, align: columns[at]?.align ?? "left" }));
  if (isTooNarrow(layout, options)) return kept.flatMap((row, at) => renderBroken(row, layout, at > 0, options));
  return kept.map((row) => renderRow(row, fit(layout, options), options));
}

interface DressedCell {
  readonly text: string;
  readonly role: Role | null;
}

interface Place {
  readonly width: number;
  readonly align: "left" | "right";
}

function asCell(cell: Cell): DressedCell {
  return typeof cell === "string" ? { text: sanitize(cell), role: null } : { ...cell, text: sanitize(cell.text) };
}

function fit(layout: readonly Place[], options: TableOptions): readonly Place[] {
  const last = layout.at(-1);
  if (last === undefined || options.width === undefined) return layout;
  return [...layout.slice(0, -1), { ...last, width: Math.min(last.width, roomForLast(layout, options)) }];
}

function roomForLast(layout: readonly Place[], { width = Infinity, indent = 0 }: TableOptions): number {
  return width - layout.slice(0, -1).reduce((sum, place) => sum + place.width + GAP, indent);
}

/** The last column is where the words are: a few letters of them tell nobody anything. */
function isTooNarrow(layout: readonly Place[], options: TableOptions): boolean {
  const room = roomForLast(layout, options);
  return layout.length > 1 && (layout.at(-1)?.width ?? 0) > room && room < NARROWEST;
}

/** A row with its last cell in lines of their own. */
function renderBroken(row: readonly DressedCell[], layout: readonly Place[], words: boolean, options: TableOptions): string[] {
  const line = renderRow(row.slice(0, -1), layout.slice(0, -1), options);
  const text = row.at(-1)?.text ?? "";
  if (!words || text === "") return [line];
  const indent = (options.indent ?? 0) + BELOW;
  const lines = wrap(text, options.width === undefined ? undefined : Math.max(NARROWEST, options.width - indent));
  return [line, ...lines.map((each) => " ".repeat(indent) + options.theme("quiet", each))];
}

function renderRow(row: readonly DressedCell[], layout: readonly Place[], options: TableOptions): string {
  const cells = layout.map((place, at) => renderCell(row[at] ?? EMPTY, place, at === layout.length - 1, options.theme));
  return `${" ".repeat(options.indent ?? 0)}${cells.join(" ".repeat(GAP))}`.trimEnd();
}

// Padding is not dressed, and the last cell is not padded: no trailing spaces, dressed or not.
function renderCell(cell: DressedCell, place: Place, last: boolean, theme: Theme): string {
  const text = truncate(cell.text, place.width);
  const dressed = cell.role === null ? text : theme(cell.role, text);
  if (place.align === "right") return padStart("", place.width - displayWidth(text)) + dressed;
  return last ? dressed : dressed + padEnd("", place.width - displayWidth(text));
}

const EMPTY: DressedCell = { text: "", role: null };
const GAP = 2;
const NARROWEST = 24;
const BELOW = 4;
