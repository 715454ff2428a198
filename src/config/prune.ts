import { type Path, pathKey } from "./path.ts";

/** A copy of a value from which parts are gone, and where each remaining part stood before. */
export interface Pruned {
  readonly value: unknown;
  /** The path in the original of a path in the copy: items of lists have moved up. */
  readonly original: (path: Path) => Path;
}

/** Leaves out what stands at the given paths, so that the rest can be looked at in spite of it. */
export function prune(value: unknown, doomed: readonly Path[]): Pruned {
  const gone = new Set(doomed.map(pathKey));
  const kept = new Map<string, readonly number[]>();
  return { value: copy(value, [], gone, kept), original: (path) => originalPath(path, kept) };
}

function copy(value: unknown, path: Path, gone: ReadonlySet<string>, kept: Map<string, readonly number[]>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const child = ([key, item]: [string | number, unknown]): [string | number, unknown] => [
    key,
    copy(item, [...path, key], gone, kept),
  ];
  const stays = ([key]: [string | number, unknown]): boolean => !gone.has(pathKey([...path, key]));
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).filter(stays).map(child));
  const items = [...value.entries()].filter(stays);
  kept.set(
    pathKey(path),
    items.map(([index]) => index),
  );
  return items.map((item) => child(item)[1]);
}

function originalPath(path: Path, kept: ReadonlyMap<string, readonly number[]>): Path {
  const original: (string | number)[] = [];
  for (const step of path) original.push(typeof step === "number" ? (kept.get(pathKey(original))?.[step] ?? step) : step);
  return original;
}
