import { Crowd } from "./crowd.ts";
import type { Event } from "./events.ts";
import { FEW_HOSTS } from "./progress.ts";
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

/** A view that keeps some things back, to say them together. */
export interface TerminalView {
  readonly view: View;
  /** What was kept back and is still to be said, once nothing more happens. */
  readonly rest: () => readonly Line[];
}

/**
 * Lines for somebody who is watching: the same as the plain ones, in columns (host, what, how long, what came of it). It remembers how
 * wide the column of hosts must be. What many hosts do is summed up, unless all that tasks print is wanted.
 */
export function createTerminalView(options: TerminalOptions): TerminalView {
  let hostWidth = displayWidth(CONTROLLER);
  let crowd: Crowd | null = null;
  const paint = (rows: readonly Row[]): readonly Line[] => rows.flatMap((row) => linesOf(row, layoutOf(row, hostWidth), options));
  return {
    view: (event) => {
      if (event.kind === "started") {
        crowd = options.verbose || event.hosts.length <= FEW_HOSTS ? null : new Crowd(event.hosts);
        hostWidth = hostColumn(event.hosts);
      }
      return hidden(event, options) ? [] : paint(crowd?.take(event) ?? rowsOf(event));
    },
    rest: () => paint(crowd?.rest() ?? []),
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

function linesOf(row: Row, layout: Layout, options: TerminalOptions): readonly Line[] {
  const { theme, width } = options;
  const used = layout.before.reduce((sum, [, text]) => sum + displayWidth(text), 0);
  if (width !== undefined && row.level !== "output" && width - used < NARROWEST) return narrowLines(row, layout, theme, width);
  const room = width === undefined || row.level === "output" ? undefined : width - used;
  const head = layout.before.map(([role, text]) => theme(role, text.trimEnd()) + text.slice(text.trimEnd().length)).join("");
  return wordsOf(row, room).map((words, at) => {
    const before = at === 0 || layout.repeated ? head : " ".repeat(used);
    const dressed = row.level === "warning" || row.level === "error" ? theme(row.level, words) : words;
    return { level: row.level, text: `${before}${dressed}`.trimEnd() };
  });
}

/** Where there is no room for columns: what stands before the words gets a line of its own. */
function narrowLines(row: Row, { before }: Layout, theme: Theme, width: number): readonly Line[] {
  const pieces = before.map(([role, text]) => [role, text.trim()] as const).filter(([, text]) => text !== "");
  const plain = pieces.map(([, text]) => text).join(" ");
  const head = displayWidth(plain) <= width ? pieces.map(([role, text]) => theme(role, text)).join(" ") : truncate(plain, width);
  const words = wordsOf(row, width - 2).filter((line) => line !== "");
  const dress = (text: string): string => (row.level === "warning" || row.level === "error" ? theme(row.level, text) : text);
  const texts = [...(plain === "" ? [] : [head]), ...words.map((line) => `  ${dress(line)}`)];
  return texts.map((text) => ({ level: row.level, text }));
}

/** A task is cut to what is left of its line, other words are wrapped. */
function wordsOf(row: Row, room: number | undefined): readonly string[] {
  if (row.task === undefined) return row.text.split("\n").flatMap((line) => wrap(line, room));
  const end = row.text === "" ? "" : `: ${row.text}`;
  const task = shortTask(row.task, room === undefined ? undefined : Math.max(SHORTEST_TASK, room - displayWidth(end)));
  return wrap(`${task}${end}`, room);
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
const SHORTEST_TASK = 12;
