/** `[01:20]`, `[1:9:2]`, `[a:c]`. No IPv6 literal looks like that: with so few colons it has two of them together. */
const RANGE = /\[(?:(?<from>\d+):(?<to>\d+)|(?<first>[A-Za-z]):(?<last>[A-Za-z]))(?::(?<step>\d+))?\]/u;

/** Of one text. More is a slip of the finger, and a program should not be stopped by one. */
const MOST_EXPANDED = 1000;

/**
 * All texts that one with ranges stands for, in order; the text itself where there is none. A text instead of a list: what is wrong with
 * a range, as the end of a sentence, with a hint after a line break.
 */
export function expandRanges(text: string): readonly string[] | string {
  const found = RANGE.exec(text);
  if (found === null) return [text];
  const parts = members(found[0], found.groups ?? {});
  if (typeof parts === "string") return parts;
  const rest = expandRanges(text.slice(found.index + found[0].length));
  if (typeof rest === "string") return rest;
  if (parts.length * rest.length > MOST_EXPANDED) return tooMany(text);
  const head = text.slice(0, found.index);
  return parts.flatMap((part) => rest.map((tail) => `${head}${part}${tail}`));
}

type Groups = Readonly<Record<string, string | undefined>>;

function members(range: string, { from, to, first, last, step: stepped }: Groups): readonly string[] | string {
  const step = Number(stepped ?? 1);
  if (step < 1) return `has the range \`${range}\` with a step of nothing\nA step is at least 1: [1:9:2].`;
  if (from !== undefined && to !== undefined) return numbers(range, from, to, step);
  const [begin, end] = [LETTERS.indexOf(first ?? ""), LETTERS.indexOf(last ?? "")];
  if (begin > end) return backwards(range);
  return every(begin, end, step).map((index) => LETTERS[index] ?? "");
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** With a zero in front, all have as many digits. */
function numbers(range: string, from: string, to: string, step: number): readonly string[] | string {
  const [begin, end] = [Number(from), Number(to)];
  if (begin > end) return backwards(range);
  const filled = from.length > 1 && from.startsWith("0");
  if (filled && from.length !== to.length)
    return `has the range \`${range}\`, whose ends have not the same number of digits\nWrite zeros in front of both: [01:20].`;
  if ((end - begin) / step >= MOST_EXPANDED) return tooMany(range);
  return every(begin, end, step).map((number) => String(number).padStart(filled ? from.length : 0, "0"));
}

function every(begin: number, end: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((end - begin) / step) + 1 }, (_, index) => begin + index * step);
}

function backwards(range: string): string {
  return `has the range \`${range}\`, which ends before it begins`;
}

function tooMany(text: string): string {
  return `stands for more than ${MOST_EXPANDED} hosts: \`${text.slice(0, 60)}\``;
}
