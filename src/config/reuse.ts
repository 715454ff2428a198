import type { ReuseEntry } from "./resolved.ts";
import type { WrittenReuse } from "./written.ts";
import { normalised } from "./relative-path.ts";

export function resolveReuse(written: readonly WrittenReuse[] = []): readonly ReuseEntry[] {
  return written.map(({ path, key, runtime }) => ({
    path: normalised(path),
    key: [...new Set(key.map(normalised))].toSorted(),
    runtime: runtime ?? null,
  }));
}
