import * as v from "valibot";
import { isMissing, issuePath, issueProblem } from "./issues.ts";
import { prune } from "./prune.ts";
import { type Path, pathKey } from "./path.ts";
import { closest } from "./suggest.ts";
import type { Places } from "./places.ts";
import { type Problem, problem } from "./problem.ts";
import type { WrittenConfig } from "./written.ts";
import { written } from "./schema.ts";

/** What the schema makes of a file. */
export interface Checked {
  readonly problems: readonly Problem[];
  /** What is left without the parts that have problems; null if that is nothing sensible. */
  readonly config: WrittenConfig | null;
  /** Paths of what was left out, as written. */
  readonly lost: readonly Path[];
  /** Where a path of `config` was written. */
  readonly original: (path: Path) => Path;
}

/**
 * Checks values against the schema and tells all problems. What has none is handed on even so, because only the next step finds
 * problems between settings, and all problems of a file are to come at once.
 */
export function checkWritten(value: unknown, places: Places): Checked {
  if (value === null) return { problems: [problem([], EMPTY)], config: null, lost: [], original: (path) => path };
  const parts = withoutExtensions(value);
  const first = v.safeParse(written, parts);
  const problems = withoutMisspelt(first.issues ?? []).map((issue) =>
    issueProblem(issue, issuePath(issue), places.place(issuePath(issue))),
  );
  return { problems, ...sound(parts) };
}

const EMPTY = "The file is empty\nA configuration needs at least `app`, `root` and `environments`.";

/** Without "`hosts` is missing" where `hots` is told to be unknown. */
function withoutMisspelt(issues: readonly v.BaseIssue<unknown>[]): readonly v.BaseIssue<unknown>[] {
  const unknown = issues.filter((issue) => issue.type === "never").map(issuePath);
  return issues.filter((issue) => !isMissing(issue) || !unknown.some((path) => isMeantFor(path, issuePath(issue))));
}

function isMeantFor(unknown: Path, missing: Path): boolean {
  const sameMap = pathKey(unknown.slice(0, -1)) === pathKey(missing.slice(0, -1));
  return sameMap && closest(String(unknown.at(-1)), [String(missing.at(-1))]) !== null;
}

/** Removes what is wrong, and what is wrong without that, until nothing is. */
function sound(parts: unknown): Omit<Checked, "problems"> {
  const lost: Path[] = [];
  while (!lost.some((path) => path.length === 0)) {
    const { value, original } = prune(parts, lost);
    const { success, output, issues } = v.safeParse(written, value);
    if (success) return { config: output, lost, original };
    lost.push(...issues.map((issue) => original(doomed(issue))));
  }
  return { config: null, lost, original: (path) => path };
}

// Where a key is missing, it is the map that cannot stay.
function doomed(issue: v.BaseIssue<unknown>): Path {
  return isMissing(issue) ? issuePath(issue).slice(0, -1) : issuePath(issue);
}

// Keys such as `x-defaults` hold what anchors refer to; `$schema` is for editors.
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-") && key !== "$schema"));
}
