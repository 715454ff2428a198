import { rowsOf } from "./rows.ts";
import type { Row } from "./rows.ts";
import { plainTheme } from "./theme.ts";
import type { Theme } from "./theme.ts";
import { formatDuration } from "./units.ts";
import type { Line, View } from "./view.ts";

/**
 * Plain lines for logs and CI: `web1: send: 308 files copied, 4 sent (0.6s)` for what we say and `web1 | added 12 packages` for what a
 * task printed. No line begins with text from a host, so no CI system obeys one as a command.
 */
export function createPlainView(theme: Theme = plainTheme): View {
  return (event) => rowsOf(event).flatMap((row) => linesOf(row, theme));
}

function linesOf(row: Row, theme: Theme): readonly Line[] {
  const prefix = row.level === "output" ? `${theme("host", row.host ?? "")} | ` : opening(row, theme);
  const [first = "", ...more] = row.text.split("\n");
  const end = row.ms === null ? "" : theme("quiet", `${first === "" ? "" : " "}(${formatDuration(row.ms)})`);
  const lines = [`${prefix}${dress(row, first, theme)}${end}`, ...more.map((line) => `${prefix}${dress(row, line, theme)}`)];
  return lines.map((text) => ({ level: row.level, text }));
}

function opening(row: Row, theme: Theme): string {
  const host = row.host === null ? "" : `${theme("host", row.host)}: `;
  const topic = row.topic === "" ? "" : `${row.topic}${row.text === "" && row.ms !== null ? " " : ": "}`;
  return `${host}${theme(roleOf(row), topic)}`;
}

function dress(row: Row, text: string, theme: Theme): string {
  return row.level === "info" || row.level === "output" ? text : theme(row.level, text);
}

function roleOf(row: Row): "title" | "warning" | "error" {
  return row.level === "warning" || row.level === "error" ? row.level : "title";
}
