import type { Path } from "./path.ts";
import type { WrittenVariables } from "./written-values.ts";

/** The text of a value that was written without quotes. */
export type PlainText = (at: Path) => string | null;

/**
 * Numbers and booleans become the text they were written as, which `plain` finds by name: `1.10` and `0755` are numbers to YAML,
 * and would come out of it as `1.1` and `755`.
 */
export function resolveVariables(
  written: WrittenVariables = {},
  plain: (name: string) => string | null,
): Readonly<Record<string, string>> {
  const texts = Object.entries(written).map(([name, value]) => [
    name,
    typeof value === "string" ? value : (plain(name) ?? String(value)),
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}
