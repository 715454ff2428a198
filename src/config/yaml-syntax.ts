import { type Diagnostic, diagnosticAt } from "./diagnostics.ts";
import type { Range, SourceText } from "./source-text.ts";
import type { Document } from "yaml";
import { explainSyntax } from "./yaml-errors.ts";

/** What makes a text no YAML, or YAML of a kind that is not read here. */
export function syntaxProblems(file: string, source: SourceText, documents: readonly Document.Parsed[]): readonly Diagnostic[] {
  const faults = [...documents.slice(0, 1).flatMap(errors), ...severalDocuments(documents), ...oldVersion(documents)];
  const all = faults.map(({ range, text }) => diagnostic(file, source, range, text));
  // One mistake tends to yield several errors on its line; the first says what it was.
  return all.filter((each, index) => all.findIndex((other) => other.line === each.line) === index);
}

interface Fault {
  readonly range: Range;
  /** The message, and after a line break the hint. */
  readonly text: string;
}

function errors(document: Document.Parsed): readonly Fault[] {
  return [...document.errors, ...document.warnings].map(({ pos: [start, end], code, message }) => ({
    range: { start, end },
    text: explainSyntax(code, message),
  }));
}

function severalDocuments([, second]: readonly Document.Parsed[]): readonly Fault[] {
  if (second === undefined) return [];
  const start = second.range[0];
  return [
    {
      range: { start, end: start + 3 },
      text: "The file holds several documents, but only one can be used\nRemove the line `---`.",
    },
  ];
}

function oldVersion([first]: readonly Document.Parsed[]): readonly Fault[] {
  const version = first?.directives.yaml;
  if (version?.explicit !== true || version.version === "1.2") return [];
  return [{ range: { start: 0, end: 5 }, text: "Only YAML 1.2 is understood\nRemove the line `%YAML`." }];
}

function diagnostic(file: string, source: SourceText, range: Range, text: string): Diagnostic {
  const [message = "", hint = null] = text.split("\n");
  return diagnosticAt(file, source, range, { severity: "error", message, path: "", hint });
}
