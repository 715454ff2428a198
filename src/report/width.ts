/** Columns that sanitized text takes on a terminal: combining marks take none, East Asian wide characters and emoji two. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/** Filled up with spaces to so many columns. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/** At most so many columns; what is left out shows as `…`. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += widthOf(character);
    if (used > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Broken at spaces into lines of at most so many columns, as far as that is possible. What stands between backticks is a command or a
 * name to be copied: it stays whole if it fits on a line of its own. Without a width the text stays one line.
 */
export function wrap(text: string, columns: number | undefined): readonly string[] {
  if (columns === undefined || displayWidth(text) <= columns) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(text, columns)) {
    if (line !== "" && displayWidth(line + word) > columns && word.trim() !== "") {
      lines.push(line.trimEnd());
      line = word;
    } else line += word;
  }
  return [...lines, line.trimEnd()];
}

function wordsOf(text: string, columns: number): readonly string[] {
  const words = text.match(/(?:`[^`]*`|\S)+|\s+/g) ?? [];
  return words.flatMap((word) => (displayWidth(word) <= columns ? [word] : (word.match(/\S+|\s+/g) ?? [])));
}

function widthOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

const ASCII = /^[\x20-\x7e]*$/;
const NO_WIDTH = /^[\p{M}\u00ad\u200c-\u200d]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;
