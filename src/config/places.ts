import { type Diagnostic, diagnosticAt, diagnosticOf } from "./diagnostics.ts";
import { type Path, formatPath, pathKey } from "./path.ts";
import type { Problem } from "./problem.ts";
import type { Range, SourceText } from "./source-text.ts";

/** Where one value stands. */
export interface Place {
  /** Its key; null for what stands in a list, and for the whole file. */
  readonly key: Range | null;
  readonly value: Range;
  /** The text of a value without quotes, as written: YAML turns `0755` and `1.10` into other numbers. Null for anything else. */
  readonly plain: string | null;
  /** Whether it is a map or list, which is too long to underline. */
  readonly collection: boolean;
}

/** Finds values in the file they were written in. */
export interface Places {
  readonly place: (path: Path) => Place | null;
  readonly diagnose: (problem: Problem) => Diagnostic;
}

/** `found` has the places by {@link pathKey}. */
export function places(file: string, source: SourceText, found: ReadonlyMap<string, Place>): Places {
  const place = (path: Path): Place | null => found.get(pathKey(path)) ?? null;
  const diagnose = ({ at, on, severity, message, hint }: Problem): Diagnostic => {
    if (at === null) return diagnosticOf(file, { severity, message, hint, path: "" });
    const found = diagnosticAt(file, source, rangeOf(nearest(place, at), on), { severity, message, hint, path: formatPath(at) });
    return on === "nothing" ? { ...found, source: [] } : found;
  };
  return { place, diagnose };
}

function nearest(place: Places["place"], at: Path): Place | null {
  return place(at) ?? (at.length === 0 ? null : collapsed(nearest(place, at.slice(0, -1))));
}

// What is missing is shown at the key of the map that lacks it.
function collapsed(place: Place | null): Place | null {
  return place === null ? null : { ...place, collection: true };
}

function rangeOf(place: Place | null, on: Problem["on"]): Range {
  if (place === null) return { start: 0, end: 0 };
  if (place.key !== null && (on === "key" || place.collection)) return place.key;
  return place.collection ? { start: place.value.start, end: place.value.start + 1 } : place.value;
}
