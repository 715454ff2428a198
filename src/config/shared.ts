import { DEFAULTS } from "./defaults.ts";
import type { Path } from "./path.ts";
import type { SharedEntry } from "./resolved.ts";
import type { WrittenSettings } from "./written.ts";
import { normalised } from "./relative-path.ts";

/** A shared path, and where it stands below `shared`. */
export interface PlacedEntry extends SharedEntry {
  readonly at: Path;
}

/** Directories first, then files, each as written. */
export function sharedEntries(shared: WrittenSettings["shared"] = {}): readonly PlacedEntry[] {
  return [...entries(shared.dirs, "dirs"), ...entries(shared.files, "files")];
}

type Key = "dirs" | "files";

function entries(written: NonNullable<WrittenSettings["shared"]>[Key], key: Key): readonly PlacedEntry[] {
  return (written ?? []).map((entry, index) => {
    const { path, whenMissing } = typeof entry === "string" ? { path: entry, whenMissing: undefined } : entry;
    const missing = whenMissing ?? DEFAULTS.whenMissing[key];
    return { path: normalised(path), kind: key === "dirs" ? "dir" : "file", whenMissing: missing, at: [key, index] };
  });
}
