import { type ParsedFile, type UnreadableFile } from "./parsed.ts";
import { diagnosticAt } from "./diagnostics.ts";
import { jsonError } from "./json-syntax.ts";
import { parseYaml } from "./yaml.ts";
import { sourceText } from "./source-text.ts";

/**
 * Reads JSON, and nothing that is not: no comments, no trailing commas. As YAML is a superset of it, values and their places are
 * what the reader of YAML finds.
 */
export function parseJson(file: string, written: string): ParsedFile | UnreadableFile {
  const text = written.replace(/^\uFEFF/u, "");
  const yaml = parseYaml(file, text);
  const error = text.trim() === "" ? null : jsonError(text);
  if (error === null) return yaml;
  const { start, end, text: said } = error;
  const [message = "", hint = null] = said.split("\n");
  const finding = { severity: "error", message, hint, path: "" } as const;
  return { value: undefined, problems: [diagnosticAt(file, sourceText(text), { start, end }, finding)] };
}
