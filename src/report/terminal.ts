import type { Event } from "./events.ts";
import { CONTROLLER, rowsOf } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Theme } from "./theme.ts";
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
    return hidden(event, options) ? [] : rowsOf(event).flatMap((row) => linesOf(row, hostWidth, options));
  };
}

function hostColumn(hosts: readonly string[]): number {
  return Math.min(WIDEST_HOST, Math.max(...[CONTROLLER, ...hosts].map(displayWidth)));
}

function hidden(event: Event, options: TerminalOptions): boolean {
  return event.kind === "output" && !options.verbose && LONG_WINDED.has(event.point);
}

function linesOf(row: Row, hostWidth: number, options: TerminalOptions): readonly Line[] {
  const { theme } = options;
  const wide = row.host === null && row.level === "info";
  const host = wide ? "" : `${theme("host", padEnd(truncate(row.host ?? "", hostWidth), hostWidth))}  `;
  const [head, below] = headOf(row, wide, theme);
  const indent = row.level === "output" ? host : " ".repeat(wide ? 0 : hostWidth + 2);
  const room = options.width === undefined || row.level === "output" ? undefined : options.width - indent.length - below.length;
  const lines = row.text.split("\n").flatMap((line) => wrap(line, room));
  return lines.map((line, at) => ({
    level: row.level,
    text: `${at === 0 ? host + head : indent + below}${dress(row, line, theme)}`.trimEnd(),
  }));
}

/** What stands before the first line of a row and before the ones below it, which are equally wide. */
function headOf(row: Row, wide: boolean, theme: Theme): readonly [first: string, below: string] {
  if (row.level === "output") return [`${theme("quiet", "|")} `, `${theme("quiet", "|")} `];
  if (wide) return [`${theme("title", row.topic)} `, " ".repeat(row.topic.length + 1)];
  if (row.topic === "") return ["", ""];
  const took = theme("quiet", padStart(row.ms === null ? "" : formatDuration(row.ms), TIME_WIDTH));
  const topic = padEnd(row.topic, TOPIC_WIDTH);
  return [`${theme(topicRole(row), topic)} ${took}  `, " ".repeat(topic.length + TIME_WIDTH + 3)];
}

function dress(row: Row, text: string, theme: Theme): string {
  return row.level === "warning" || row.level === "error" ? theme(row.level, text) : text;
}

function topicRole(row: Row): "good" | "warning" | "error" | "title" {
  if (row.level === "warning" || row.level === "error") return row.level;
  return row.topic === "switched" ? "good" : "title";
}

const LONG_WINDED: ReadonlySet<string> = new Set(["build", "prepare"]);
const WIDEST_HOST = 32;
const TOPIC_WIDTH = 12;
const TIME_WIDTH = 7;
