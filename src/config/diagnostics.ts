import type { Range, SourceText } from "./source-text.ts";

/** One thing to put right in a configuration, with all that is needed to show it. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** What is wrong and why: one sentence without a full stop. */
  readonly message: string;
  /** The setting, such as `environments.production.hosts[1].port`; empty where it is about the whole file. */
  readonly path: string;
  /** The file as the caller named it. */
  readonly file: string;
  /** From 1; 0 where there is no line to show (a file that cannot be read, an option of the command line). */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count; 0 together with `line`. */
  readonly column: number;
  readonly endLine: number;
  /** The first column after the offending text. */
  readonly endColumn: number;
  /** The offending lines from `line` on; at most three, the rest of a long text helps nobody. */
  readonly source: readonly string[];
  /** What to do about it, if that is known. */
  readonly hint: string | null;
}

/** What a diagnostic says, apart from where. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly path: string;
  readonly hint: string | null;
}

const SHOWN_LINES = 3;

/** A diagnostic about a stretch of the file. */
export function diagnosticAt(file: string, source: SourceText, range: Range, finding: Finding): Diagnostic {
  const text = source.text.slice(range.start, range.end).trimEnd();
  const position = source.position({ start: range.start, end: range.start + text.length });
  const last = Math.min(position.endLine, position.line + SHOWN_LINES - 1);
  return { ...finding, file, ...position, source: source.lines(position.line, last) };
}

/** A diagnostic about the file as a whole, or about how it is used. */
export function diagnosticOf(file: string, finding: Finding): Diagnostic {
  return { ...finding, file, line: 0, column: 0, endLine: 0, endColumn: 0, source: [] };
}

/** In the order of the file, each once (what stands behind an alias or above several environments is met repeatedly). */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((each) => [JSON.stringify([placeOf(each), each.message]), each]));
  return [...unique.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function placeOf({ line, column, path }: Diagnostic): readonly unknown[] {
  return line === 0 ? [path] : [line, column];
}
