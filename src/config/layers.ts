import type { Path } from "./path.ts";

/** One level of settings, and where it was written. */
export interface Layer {
  readonly value: object;
  readonly at: Path;
}

/** Settings after all overrides. */
export interface Settled<T> {
  readonly value: T;
  /** Where the value at a path of `value` was written. */
  readonly origin: (path: Path) => Path;
}

/**
 * Puts levels on top of each other, the last one uppermost: maps are merged key by key; lists, texts and numbers are replaced.
 * Three maps are not merged with what is below them: an entry of `tasks`, `commands` or `logs`, and `check`, each of which is a whole, and
 * a `source` of another kind.
 */
export function settle<T>(layers: readonly Layer[]): Settled<T> {
  const value = layers.reduce((below, { value: above }) => merged(below, { ...above }, []), {});
  return { value: value as T, origin: (path) => origin(layers, path) };
}

type Values = Readonly<Record<string, unknown>>;

function merged(below: Values, above: Values, at: Path): Values {
  const both = Object.entries(above).map(([key, value]) => [key, mergedValue(below[key], value, [...at, key])] as const);
  return { ...below, ...Object.fromEntries(both) };
}

function mergedValue(below: unknown, above: unknown, at: Path): unknown {
  if (!isMap(below) || !isMap(above) || isWhole(at)) return above;
  return merged(at[0] === "source" ? sameKind(below, above) : below, above, at);
}

/** Each entry of these is one thing, like a text or a list; so is what is checked. */
function isWhole([top, ...rest]: Path): boolean {
  return top === "check" ? rest.length === 0 : WHOLE.has(top) && rest.length === 1;
}

const WHOLE: ReadonlySet<string | number | undefined> = new Set(["tasks", "commands", "logs"]);

/** What remains of a source below one that may be of another kind. */
function sameKind(below: Values, above: Values): Values {
  const kind = KINDS.find((key) => key in above);
  if (kind === undefined || kind in below) return below;
  // What says `git` only by leaving out the others keeps its `ref` and `subdirectory` where `git` is written above it.
  return kind === "git" && !KINDS.some((key) => key in below) ? below : {};
}

/** A source is of one kind: what is said of the others does not hold for it. */
const KINDS = ["git", "directory", "archive"] as const;

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function origin(layers: readonly Layer[], path: Path): Path {
  const layer = layers.findLast(({ value }) => holds(value, path));
  return [...(layer?.at ?? []), ...path];
}

function holds(value: unknown, path: Path): boolean {
  let part = value;
  for (const step of path) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, step)) return false;
    part = (part as Record<string | number, unknown>)[step];
  }
  return true;
}
