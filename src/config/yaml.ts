import { Composer, Parser } from "yaml";
import { type Diagnostic, diagnosticAt } from "./diagnostics.ts";
import { type NotationProblem, readNodes } from "./yaml-nodes.ts";
import { LONGEST, type ParsedFile, TOO_LONG, type UnreadableFile, refused } from "./parsed.ts";
import { places } from "./places.ts";
import { type SourceText, sourceText } from "./source-text.ts";
import { syntaxProblems } from "./yaml-syntax.ts";

// In tokens, of which each map or list takes two. Far beyond what anybody writes; some hundreds more and composing, which is
// recursive, runs out of stack, in a way that can end the whole process.
const DEEPEST = 200;

/** Reads YAML 1.2. `file` is only its name in messages. */
export function parseYaml(file: string, written: string): ParsedFile | UnreadableFile {
  if (written.length > LONGEST) return refused(file, TOO_LONG);
  // A byte order mark takes no column in any editor.
  const source = sourceText(written.replace(/^\uFEFF/u, ""));
  const tokens = [...new Parser().parse(source.text)];
  if (isDeep(tokens)) return refused(file, "The file is nested too deeply to be a configuration");
  return compose(file, source, tokens);
}

type Token = Parameters<Composer["next"]>[0];

function compose(file: string, source: SourceText, tokens: readonly Token[]): ParsedFile | UnreadableFile {
  const options = { stringKeys: true, uniqueKeys: false, prettyErrors: false, resolveKnownTags: false };
  const documents = [...new Composer(options).compose(tokens, true, source.text.length)];
  const syntax = syntaxProblems(file, source, documents);
  if (syntax.length > 0) return { value: undefined, problems: syntax };
  const { value, places: found, problems, broken } = readNodes(documents[0]?.contents ?? null);
  const diagnose = ({ range, ...said }: NotationProblem): Diagnostic =>
    diagnosticAt(file, source, range, { severity: "error", ...said });
  const told = problems.map(diagnose);
  return broken ? { value: undefined, problems: told } : { value, places: places(file, source, found), problems: told };
}

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
