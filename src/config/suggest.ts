/** The candidate that the word was probably meant to be, or null if none is close. Case, `-` and `_` do not count. */
export function closest(word: string, candidates: readonly string[]): string | null {
  if (word.length > 60) return null;
  const ranked = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= tolerance(word) + 2)
    .map((candidate) => ({ candidate, distance: editDistance(folded(word), folded(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= tolerance(word) ? best.candidate : null;
}

/** A hint to follow a message after a line break, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const candidate = closest(word, candidates);
  return candidate === null ? "" : `\nDid you mean \`${candidate}\`?`;
}

// One slip in a short word, one in every three letters of a long one: more finds words that have nothing in common.
function tolerance(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}

function folded(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/gu, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column += 1) rows[row]?.push(cell(rows, from, to, row, column));
  }
  return rows[from.length]?.[to.length] ?? 0;
}

function cell(rows: readonly number[][], from: string, to: string, row: number, column: number): number {
  const at = (up: number, left: number): number => rows[row - up]?.[column - left] ?? Infinity;
  const same = from[row - 1] === to[column - 1];
  const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (same ? 0 : 1), swapped ? at(2, 2) + 1 : Infinity);
}
