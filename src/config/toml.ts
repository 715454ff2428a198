import { LONGEST, type ParsedFile, TOO_LONG, type UnreadableFile, refused } from "./parsed.ts";
import { TomlError, parse } from "smol-toml";
import { placeless, unplaced } from "./placeless.ts";
import type { Leaf } from "./plain.ts";
import { diagnosticAt } from "./diagnostics.ts";
import { plainValue } from "./plain.ts";
import { sourceText } from "./source-text.ts";

/** Reads TOML 1.0. `file` is only its name in messages. Mistakes of the notation have a place; settings are named. */
export function parseToml(file: string, written: string): ParsedFile | UnreadableFile {
  if (written.length > LONGEST) return refused(file, TOO_LONG);
  const text = written.replace(/^\uFEFF/u, "");
  try {
    // Only so can `1.0` be told from `1`.
    const { value, faults } = plainValue(parse(text, { integersAsBigInt: true }), tomlLeaf);
    return faults.length > 0 ? unplaced(file, faults) : { value, places: placeless(file), problems: [] };
  } catch (error) {
    if (error instanceof TomlError) return invalid(file, text, error);
    throw error;
  }
}

function invalid(file: string, text: string, error: TomlError): UnreadableFile {
  const [said = ""] = error.message.replace(/^Invalid TOML document: /u, "").split("\n");
  const start = offsetOf(text, error.line) + error.column - 1;
  const finding = { severity: "error", message: `This is not valid TOML: ${said}`, path: "", hint: null } as const;
  return { value: undefined, problems: [diagnosticAt(file, sourceText(text), { start, end: start + 1 }, finding)] };
}

function offsetOf(text: string, line: number): number {
  return (
    text
      .split("\n")
      .slice(0, line - 1)
      .join("\n").length + (line > 1 ? 1 : 0)
  );
}

const tomlLeaf: Leaf = (value) => {
  if (typeof value === "string" || typeof value === "boolean") return { value };
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? { value: number } : { fault: "is too large a number\nPut it in quotes if it is text." };
  }
  if (typeof value !== "number") return { fault: "is a date, which no setting is\nPut it in quotes if it is text." };
  // `1.10` would arrive as `1.1`, and no setting is a fraction.
  return { fault: "is a number with a fraction, which no setting is\nPut it in quotes: then it stays as it is written." };
};
