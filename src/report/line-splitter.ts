import { cover, createMasker, merge } from "./mask.ts";
import type { Masker, Span } from "./mask.ts";
import { dropEscapes } from "./sanitize.ts";

export interface LineSplitter {
  readonly write: (chunk: Uint8Array) => void;
  /** Passes on what is left without a line end. */
  readonly end: () => void;
  /** Forgets what is left: its end will not come, and may have held the end of a secret. */
  readonly drop: () => void;
}

export interface SplitOptions {
  /** Longest line in UTF-16 units; a longer one comes in pieces. */
  readonly max?: number;
  /** Applied to every line, and to pieces in a way that a secret cut in two stays hidden. */
  readonly mask?: Masker;
}

/**
 * Turns the bytes a program prints into lines, as they come. Ends are LF and CR LF; of a line that was overwritten with lone CRs (a
 * progress bar) the last state counts. Bytes that are not UTF-8 become U+FFFD. Memory is bounded by `max` plus the longest secret.
 */
export function createLineSplitter(onLine: (line: string) => void, options: SplitOptions = {}): LineSplitter {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const mask = options.mask ?? createMasker([]);
  const max = options.max ?? DEFAULT_MAX;
  let open: OpenLine = EMPTY;
  const finish = (): void => {
    onLine(shown(withoutEnd(open), mask));
    open = EMPTY;
  };
  const take = (text: string): void => {
    const [first = "", ...rest] = text.split("\n");
    open = shorten(append(open, first), max, mask, onLine);
    for (const part of rest) {
      finish();
      open = shorten(append(EMPTY, part), max, mask, onLine);
    }
  };
  return {
    drop: () => {
      decoder.decode();
      open = EMPTY;
    },
    write: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (withoutEnd(open).text !== "") finish();
    },
  };
}

/** A line that has not ended. Its first `covered` units belong to a secret that began in a piece already passed on. */
interface OpenLine {
  readonly text: string;
  readonly covered: number;
}

function append(open: OpenLine, more: string): OpenLine {
  return lastState({ text: open.text + more, covered: open.covered });
}

// CRs at the very end may be half of a CR LF, or the start of the next state: they wait.
function lastState(open: OpenLine): OpenLine {
  const end = open.text.length - (/\r*$/.exec(open.text)?.[0].length ?? 0);
  return end === 0 ? open : drop(open, open.text.lastIndexOf("\r", end - 1) + 1);
}

function withoutEnd(open: OpenLine): OpenLine {
  return { ...open, text: open.text.replace(/\r+$/, "") };
}

function drop(open: OpenLine, count: number): OpenLine {
  return count === 0 ? open : { text: open.text.slice(count), covered: Math.max(0, open.covered - count) };
}

function spansOf(open: OpenLine, mask: Masker): readonly Span[] {
  return merge([...mask.find(open.text), ...(open.covered > 0 ? [{ start: 0, end: open.covered }] : [])]);
}

function shown(open: OpenLine, mask: Masker): string {
  return mask(cover(open.text, spansOf(open, mask)));
}

/**
 * Passes on pieces of a line that grew too long. Enough is held back that any secret which begins in a piece is seen whole; what
 * of it reaches into the rest is remembered as covered.
 */
function shorten(open: OpenLine, max: number, mask: Masker, onLine: (line: string) => void): OpenLine {
  const limit = max + (mask.longest === 0 ? 0 : mask.longest + LONGEST_ESCAPE);
  let rest = open;
  while (rest.text.length > limit) {
    const plain = { ...rest, text: dropEscapes(rest.text) };
    rest = plain.text.length > limit ? passOn(plain, max, mask, onLine) : plain;
  }
  return rest;
}

function passOn(open: OpenLine, max: number, mask: Masker, onLine: (line: string) => void): OpenLine {
  const at = cutAt(open.text, max);
  const spans = spansOf(open, mask);
  const inPiece = spans.filter((span) => span.start < at).map((span) => ({ ...span, end: Math.min(span.end, at) }));
  onLine(mask(cover(open.text.slice(0, at), inPiece)));
  const crossing = spans.find((span) => span.start < at && span.end > at);
  return { text: open.text.slice(at), covered: (crossing?.end ?? at) - at };
}

// Never between the halves of a surrogate pair.
function cutAt(text: string, max: number): number {
  const splitsPair = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(max - 1, max + 1));
  return splitsPair ? max + 1 : max;
}

const EMPTY: OpenLine = { text: "", covered: 0 };

const DEFAULT_MAX = 65_536;

// An escape sequence whose end has not come yet cannot be taken out yet, and might stand inside a secret.
const LONGEST_ESCAPE = 64;
