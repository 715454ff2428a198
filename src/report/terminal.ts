import type { Event } from "./events.ts";
import { CONTROLLER, rowsOf } from "./rows.ts";
import type { Row } from "./rows.ts";
import type { Theme } from "./theme.ts";
import { formatDuration } from "./units.ts";
import type { Line, View } from "./view.ts";
import { displayWidth, padEnd, padStart, truncate } from "./width.ts";

export interface TerminalOptions {
  readonly theme: Theme;
  /** Show what every task prints. Otherwise the long-winded ones, build and prepare, are shown only where they fail (in the summary). */
  readonly verbose: boolean;
}

/**
 * Lines for somebody who is watching: the same as the plain ones, in columns (host, what, how long, what came of it). It remembers how
 * wide the column of hosts must be.
 */
export function createTerminalView(options: TerminalOptions): View {
  let hostWidth = displayWidth(CONTROLLER);
  return (event) => {
    if (event.kind === "started") hostWidth = hostColumn(event.hosts);
    return hidden(event, options) ? [] : rowsOf(event).flatMap((row) => linesOf(row, hostWidth, options.theme));
  };
}

function hostColumn(hosts: readonly string[]): number {
  return Math.min(WIDEST_HOST, Math.max(...[CONTROLLER, ...hosts].map(displayWidth)));
}

function hidden(event: Event, options: TerminalOptions): boolean {
  return event.kind === "output" && !options.verbose && LONG_WINDED.has(event.point);
}

function linesOf(row: Row, hostWidth: number, theme: Theme): readonly Line[] {
  const lines = row.text.split("\n");
  if (row.host === null && row.topic !== "warning" && row.topic !== "failed") {
    return lines.map((line) => ({
      level: row.level,
      text: [theme("title", row.topic), line].filter((part) => part !== "").join(" "),
    }));
  }
  const host = theme("host", padEnd(truncate(row.host ?? "", hostWidth), hostWidth));
  return lines.map((line, at) => ({ level: row.level, text: `${host}  ${columns(row, line, at === 0, theme)}`.trimEnd() }));
}

function columns(row: Row, line: string, first: boolean, theme: Theme): string {
  if (row.level === "output") return `${theme("quiet", "|")} ${line}`;
  const topic = theme(topicRole(row), padEnd(first ? row.topic : "", TOPIC_WIDTH));
  const took = theme("quiet", padStart(first && row.ms !== null ? formatDuration(row.ms) : "", TIME_WIDTH));
  const text = row.level === "info" ? line : theme(row.level, line);
  return row.topic === "" ? text : `${topic} ${took}  ${text}`;
}

function topicRole(row: Row): "good" | "warning" | "error" | "title" {
  if (row.level === "warning" || row.level === "error") return row.level;
  return row.topic === "switched" ? "good" : "title";
}

const LONG_WINDED: ReadonlySet<string> = new Set(["build", "prepare"]);
const WIDEST_HOST = 32;
const TOPIC_WIDTH = 12;
const TIME_WIDTH = 7;
