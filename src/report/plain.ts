import { rowsOf, shortTask } from "./rows.ts";
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
  const head = headOf(row, theme);
  const link = row.level === "output" ? " | " : ": ";
  const took = row.ms === null ? "" : ` ${theme("quiet", `(${formatDuration(row.ms)})`)}`;
  return wordsOf(row).map((words, at) => {
    const said = words === "" && row.level !== "output" ? "" : `${link}${dress(row, words, theme)}`;
    return { level: row.level, text: `${head}${said}${at === 0 ? took : ""}` };
  });
}

function headOf(row: Row, theme: Theme): string {
  const host = theme("host", row.host ?? "");
  if (row.level === "output") return row.log === undefined ? host : `${host} ${row.log}`;
  const topic = theme(row.level === "info" ? "title" : row.level, row.topic);
  return [host, topic].filter((part) => part !== "").join(": ");
}

/** Line by line; the first begins with the task, if there is one. */
function wordsOf(row: Row): readonly string[] {
  const task = row.task === undefined ? [] : [shortTask(row.task)];
  return [...task, ...(row.text === "" && task.length > 0 ? [] : [row.text])].join(": ").split("\n");
}

function dress(row: Row, text: string, theme: Theme): string {
  return row.level === "info" || row.level === "output" ? text : theme(row.level, text);
}
