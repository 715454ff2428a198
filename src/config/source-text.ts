/** A stretch of the text: UTF-16 offsets, the end not included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A stretch of the text as people count: lines and columns from 1, the end column not included. */
interface Position {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A text that can say on which line an offset is. */
export interface SourceText {
  readonly text: string;
  position(range: Range): Position;
  /** Lines from `first` to `last`, without their line ends. */
  lines(first: number, last: number): readonly string[];
}

/** Lines end with LF or CR LF. */
export function sourceText(text: string): SourceText {
  const starts = [0, ...[...text.matchAll(/\n/gu)].map((match) => match.index + 1)];
  const lines = text.split(/\r?\n/u);
  const at = (offset: number): { line: number; column: number } => {
    const line = lineOf(starts, offset);
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
  return {
    text,
    position: (range) => span(at(range.start), at(Math.max(range.start, range.end))),
    lines: (first, last) => lines.slice(first - 1, last),
  };
}

function span(start: { line: number; column: number }, end: { line: number; column: number }): Position {
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** The number of the last line that starts at or before the offset. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
