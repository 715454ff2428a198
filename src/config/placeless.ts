import type { Fault } from "./plain.ts";
import { type Places } from "./places.ts";
import type { UnreadableFile } from "./parsed.ts";
import { diagnosticOf } from "./diagnostics.ts";
import { formatPath } from "./path.ts";
import { problem } from "./problem.ts";

/** Places for a file of which only the names of settings are known, not the lines they are on. */
export function placeless(file: string): Places {
  return {
    place: () => null,
    diagnose: ({ at, severity, message, hint }) => diagnosticOf(file, { severity, message, hint, path: formatPath(at ?? []) }),
  };
}

/** A file with parts that no configuration can hold. */
export function unplaced(file: string, faults: readonly Fault[]): UnreadableFile {
  const { diagnose } = placeless(file);
  return { value: undefined, problems: faults.map(({ path, text }) => diagnose(problem(path, `${subject(path)} ${text}`))) };
}

function subject(path: Fault["path"]): string {
  return path.length === 0 ? "The configuration" : `\`${formatPath(path)}\``;
}
