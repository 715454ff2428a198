import type { Event } from "./events.ts";
import { CONTROLLER, rowsOf, shortTask } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Role, Theme } from "./theme.ts";
import { formatDuration } from "./units.ts";
import type { Line, View } from "./view.ts";
import { displayWidth, padEnd, padStart, truncate, wrap } from "./width.ts";

export interface TerminalOptions {
  readonly theme: Theme;
  /** Show what every task prints. Otherwise the long-winded ones, build and prepare, are shown only where they fail (in the summary). */
  readonly verbose: boolean;
  /** Columns of the terminal; without it long lines are left to it. */
  readonly width?: number | undefined;
}

/**
 * Lines for somebody who is watching: the same as the plain ones, in columns (host, what, how long, what came of it). It remembers how
 * wide the column of hosts must be.
 */
export function createTerminalView(options: TerminalOptions): View {
  let hostWidth = displayWidth(CONTROLLER);
  return (event) => {
    if (event.kind === "started") hostWidth = hostColumn(event.hosts);
    return hidden(event, options) ? [] : rowsOf(event).flatMap((row) => linesOf(row, layoutOf(row, hostWidth), options));
  };
}

function hostColumn(hosts: readonly string[]): number {
  return Math.min(WIDEST_HOST, Math.max(...[CONTROLLER, ...hosts].map(displayWidth)));
}

function hidden(event: Event, options: TerminalOptions): boolean {
  return event.kind === "output" && !options.verbose && LONG_WINDED.has(event.point);
}

/** What stands before the words of a row: pieces with their roles, none of them dressed yet. */
interface Layout {
  readonly before: readonly (readonly [role: Role, text: string])[];
  /** The same before every further line, or room of the same width. */
  readonly repeated: boolean;
}

function layoutOf(row: Row, hostWidth: number): Layout {
  const host = ["host", `${padEnd(truncate(row.host ?? "", hostWidth), hostWidth)}  `] as const;
  const log = row.log === undefined ? "" : `${row.log} `;
  if (row.level === "output") return { before: [host, ["quiet", `${log}| `]], repeated: true };
  if (row.host === null && row.level === "info") return { before: [["title", `${row.topic} `]], repeated: false };
  if (row.topic === "") return { before: [host], repeated: false };
  const took = padStart(row.ms === null ? "" : formatDuration(row.ms), TIME_WIDTH);
  return { before: [host, [topicRole(row), `${padEnd(row.topic, TOPIC_WIDTH)} `], ["quiet", `${took}  `]], repeated: false };
}

function linesOf(row: Row, layout: Layout, { theme, width }: TerminalOptions): readonly Line[] {
  const used = layout.before.reduce((sum, [, text]) => sum + displayWidth(text), 0);
  const room = width === undefined || row.level === "output" ? undefined : Math.max(NARROWEST, width - used);
  const head = layout.before.map(([role, text]) => theme(role, text.trimEnd()) + text.slice(text.trimEnd().length)).join("");
  return wordsOf(row, room).map((words, at) => {
    const before = at === 0 || layout.repeated ? head : " ".repeat(used);
    const dressed = row.level === "warning" || row.level === "error" ? theme(row.level, words) : words;
    return { level: row.level, text: `${before}${dressed}`.trimEnd() };
  });
}

/** A task gets one line and is cut to it, other words are wrapped. */
function wordsOf(row: Row, room: number | undefined): readonly string[] {
  if (row.task === undefined) return row.text.split("\n").flatMap((line) => wrap(line, room));
  const end = row.text === "" ? "" : `: ${row.text}`;
  return [`${shortTask(row.task, room === undefined ? undefined : Math.max(NARROWEST, room - displayWidth(end)))}${end}`];
}

function topicRole(row: Row): Role {
  if (row.level === "warning" || row.level === "error") return row.level;
  return row.topic === "switched" ? "good" : "title";
}

const LONG_WINDED: ReadonlySet<string> = new Set(["build", "prepare"]);
const WIDEST_HOST = 32;
const TOPIC_WIDTH = 12;
const TIME_WIDTH = 7;
const NARROWEST = 20;
