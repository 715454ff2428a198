import { Composer, type Document, Parser } from "yaml";
import { type Diagnostic, diagnosticAt, diagnosticOf } from "./diagnostics.ts";
import { type Places, places } from "./places.ts";
import { type Range, type SourceText, sourceText } from "./source-text.ts";
import { explainSyntax } from "./yaml-errors.ts";
import { readNodes } from "./yaml-nodes.ts";

/** A file as plain values, with the place of each of them. */
export interface YamlFile {
  /** Maps, lists, text, numbers, booleans and null. Aliases and merge keys are resolved; no two parts are the same object. */
  readonly value: unknown;
  readonly places: Places;
  /** What is wrong with the notation, but leaves a value that can be looked at further. */
  readonly problems: readonly Diagnostic[];
}

// In tokens, of which each map or list takes two. Far beyond what anybody writes; some hundreds more and composing, which is
// recursive, runs out of stack, in a way that can end the whole process.
const DEEPEST = 200;
const LONGEST = 1024 * 1024;

/** Reads YAML 1.2. Where the notation leaves no value to look at: what is wrong with it. `file` only names it in messages. */
export function parseYaml(
  file: string,
  written: string,
): YamlFile | { readonly value: undefined; readonly problems: readonly Diagnostic[] } {
  // A byte order mark takes no column in any editor.
  const source = sourceText(written.replace(/^\uFEFF/u, ""));
  if (source.text.length > LONGEST) return unreadable([refusal(file, "is larger than 1 MiB: this cannot be a configuration")]);
  const tokens = [...new Parser().parse(source.text)];
  if (isDeep(tokens)) return unreadable([refusal(file, "is nested too deeply to be a configuration")]);
  return compose(file, source, tokens);
}

function compose(file: string, source: SourceText, tokens: Iterable<Token>): ReturnType<typeof parseYaml> {
  const composer = new Composer({
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
  });
  const documents = [...composer.compose(tokens, true, source.text.length)];
  const syntax = syntaxProblems(file, source, documents);
  if (syntax.length > 0) return unreadable(syntax);
  const found = readNodes(documents[0]?.contents ?? null);
  const problems = found.problems.map(({ range, ...said }) => diagnosticAt(file, source, range, { severity: "error", ...said }));
  return { value: found.value, places: places(file, source, found.places), problems };
}

type Token = Parameters<Composer["next"]>[0];

/** Looks without recursion at how deep the tokens are nested. */
function isDeep(tokens: readonly Token[]): boolean {
  let level: readonly unknown[] = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap(inside);
  }
  return false;
}

function inside(token: unknown): readonly unknown[] {
  const { key, value, items } = token as { key?: unknown; value?: unknown; items?: readonly unknown[] };
  return [key, value, ...(items ?? [])].filter((part) => typeof part === "object" && part !== null);
}

// One mistake in the notation tends to yield several errors on its line; the first says what it was.
function syntaxProblems(file: string, source: SourceText, documents: readonly Document.Parsed[]): readonly Diagnostic[] {
  const errors = documents.slice(0, 1).flatMap((document) => [...document.errors, ...document.warnings]);
  const explained = errors.map((error) => at(file, source, toRange(error.pos), explainSyntax(error.code, error.message)));
  const all = [...explained, ...unsupported(file, source, documents)];
  return all.filter((each, index) => all.findIndex((other) => other.line === each.line) === index);
}

function unsupported(file: string, source: SourceText, documents: readonly Document.Parsed[]): readonly Diagnostic[] {
  const [first, second] = documents;
  const others =
    second === undefined
      ? []
      : [
          at(
            file,
            source,
            toRange(second.range),
            "The file holds several documents, but only one can be used\nRemove the line `---` between them.",
          ),
        ];
  const version = first?.directives.yaml;
  const old = version?.explicit === true && version.version !== "1.2";
  return old
    ? [...others, at(file, source, { start: 0, end: 5 }, "Only YAML 1.2 is understood\nRemove the line `%YAML`.")]
    : others;
}

function toRange(offsets: readonly [number, number, ...number[]]): Range {
  return { start: offsets[0], end: offsets[1] };
}

function at(file: string, source: SourceText, range: Range, text: string): Diagnostic {
  const [message = "", hint = null] = text.split("\n");
  return diagnosticAt(file, source, range, { severity: "error", message, path: "", hint });
}

function refusal(file: string, message: string): Diagnostic {
  return diagnosticOf(file, { severity: "error", message: `The file ${message}`, path: "", hint: null });
}

function unreadable(problems: readonly Diagnostic[]): { value: undefined; problems: readonly Diagnostic[] } {
  return { value: undefined, problems };
}
