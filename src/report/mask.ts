import { dropEscapes } from "./sanitize.ts";

/** Half-open range of UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Hides secrets in lines of text; what {@link createMasker} makes. */
export interface Masker {
  (line: string): string;
  /** Length of the longest text it hides, in UTF-16 units; 0 if there is nothing to hide. */
  readonly longest: number;
  /** Where secrets are in a text: merged, in order. */
  readonly find: (text: string) => readonly Span[];
}

/**
 * A function that puts `***` in place of every secret: of each non-empty value, of each line of at least 4 characters of a value
 * that has several, and of the forms in which programs like to print them (JSON, URL). Colours inside a secret do not save it: they
 * are taken out. Overlapping secrets are hidden together, so that no rest of either remains.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const needles = needlesOf(secrets);
  const find = (text: string): readonly Span[] => merge(needles.flatMap((needle) => occurrences(text, needle)));
  const hide = (text: string): string => cover(text, find(text));
  const mask = (line: string): string => (needles.length === 0 ? line : hide(dropEscapes(hide(line))));
  return Object.assign(mask, { find, longest: Math.max(0, ...needles.map((needle) => needle.length)) });
}

/** The text with `***` for every span. */
export function cover(text: string, spans: readonly Span[]): string {
  let shown = "";
  let at = 0;
  for (const span of spans) {
    shown += `${text.slice(at, span.start)}***`;
    at = span.end;
  }
  return shown + text.slice(at);
}

/** Sorted, with what overlaps or touches made one. */
export function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start > last.end) merged.push(span);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

function needlesOf(secrets: readonly string[]): string[] {
  const values = secrets.flatMap((secret) => [secret, secret.trim(), ...linesOf(secret)]);
  return [...new Set(values.filter((value) => value !== "").flatMap(formsOf))];
}

function linesOf(secret: string): string[] {
  const lines = secret.split(/\r\n|\r|\n/);
  return lines.flatMap((line) => [line, line.trim()]).filter((line) => line.length >= SHORTEST_LINE);
}

function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [value, dropEscapes(value), json, encodeURIComponent(value.replace(/\p{Cs}/gu, "\u{fffd}"))].filter(
    (form) => form !== "",
  );
}

function occurrences(text: string, needle: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    spans.push({ start: at, end: at + needle.length });
  }
  return spans;
}

// Shorter lines of a longer secret (`{`, `---`) are everywhere in ordinary output.
const SHORTEST_LINE = 4;
