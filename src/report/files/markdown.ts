import { sanitize, sanitizeBlock } from "../sanitize.ts";
import { cut } from "./cut.ts";

/**
 * A text that others wrote, as words in Markdown: every mark is written as an entity, which means itself and nothing else, in tables, lists
 * and HTML alike. One line.
 */
export function words(raw: string, most = LONGEST): string {
  return cut(sanitize(raw.trim()), most).replaceAll(MARK, (found) => `&#${found.charCodeAt(0)};`);
}

/** The same as code within a line: no address or name in it becomes a link. */
export function code(raw: string): string {
  return raw === "" ? "" : `<code>${words(raw)}</code>`;
}

/** Lines as they are, a block of their own. Nothing but `</pre>` ends it, which no text can hold. */
export function block(lines: readonly string[]): readonly string[] {
  const inside = lines.flatMap((line) => sanitizeBlock(line).split("\n")).map((line) => html(cut(line, LONGEST_LINE)));
  return ["", `<pre>${inside.join("\n")}`, "</pre>", ""];
}

/** What is shown when somebody opens it. The empty line lets Markdown begin anew. */
export function details(title: string, lines: readonly string[]): readonly string[] {
  return ["", `<details><summary>${words(title)}</summary>`, ...block(lines), "</details>", ""];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return ["", row(head), row(head.map(() => "---")), ...rows.map((cells) => row(cells)), ""];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => (cell === "" ? " " : cell)).join(" | ")} |`;
}

/** Bytes in UTF-8. */
export function size(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Marks of HTML, and what a CI system would obey if it found the page in its log (see `disarm.ts`). */
function html(text: string): string {
  return text.replaceAll(/[&<>"']|:(?=:)|#(?=#)/gu, (found) => `&#${found.charCodeAt(0)};`);
}

/** Every mark of ASCII but those that mean something only at the beginning of a line, or behind `www`. */
const MARK = /[!-'*+/:-@[-`{-~]|^-|(?<=^\d+)[.)]|(?<=www)\./giu;
const LONGEST = 300;
const LONGEST_LINE = 2000;
