import type { Range } from "./source-text.ts";

/** What makes a text no JSON. */
export interface JsonError extends Range {
  /** What is wrong, and after a line break what to do. */
  readonly text: string;
}

type State = "value" | "value or end" | "name" | "name or end" | "colon" | "comma or end" | "end";

/** The first mistake in a text by the rules of RFC 8259, or null. `JSON.parse` itself tells the place in some versions of Node only. */
export function jsonError(text: string): JsonError | null {
  const open: string[] = [];
  let state: State = "value";
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const token = tokenAt(text, at);
    const next: State | null = token === null ? null : step(state, token, open);
    if (token === null || next === null) return mistake(text, at, state, open);
    state = next;
    at += token.length;
  }
  return state === "end"
    ? null
    : { start: text.length, end: text.length, text: "The file ends too early: something is not closed" };
}

/**
 * A name that stands twice in one map, as it is written, with its quotes: readers of JSON disagree on which of both counts, and people read
 * the first. Null where there is none, or where the text is no JSON.
 */
export function repeatedName(text: string): string | null {
  const open: string[] = [];
  const names: Set<string>[] = [];
  let state: State = "value";
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const token = tokenAt(text, at);
    if (token !== null && state.startsWith("name") && token.startsWith('"')) {
      const name = JSON.parse(token) as string;
      if (names[open.length]?.has(name) === true) return token;
      names[open.length]?.add(name);
    }
    const next: State | null = token === null ? null : step(state, token, open);
    if (token === null || next === null) return null;
    if (token === "{") names[open.length] = new Set();
    state = next;
    at += token.length;
  }
  return null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at += 1;
  return at;
}

const TOKEN =
  /[{}[\],:]|"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

function tokenAt(text: string, at: number): string | null {
  TOKEN.lastIndex = at;
  return TOKEN.exec(text)?.[0] ?? null;
}

/** What may follow a token, or null if it may not stand here. `open` holds the brackets that are not closed yet. */
function step(state: State, token: string, open: string[]): State | null {
  if (token === "{" || token === "[") return state.startsWith("value") ? opened(token, open) : null;
  if (token === "}" || token === "]") return closed(state, token, open);
  if (token === ":") return state === "colon" ? "value" : null;
  if (token === ",") return state === "comma or end" ? (open.at(-1) === "{" ? "name" : "value") : null;
  if (state.startsWith("name")) return token.startsWith('"') ? "colon" : null;
  return state.startsWith("value") ? after(open) : null;
}

function opened(token: string, open: string[]): State {
  open.push(token);
  return token === "{" ? "name or end" : "value or end";
}

function closed(state: State, token: string, open: string[]): State | null {
  const fits = state.endsWith(" or end") && open.at(-1) === (token === "}" ? "{" : "[");
  if (!fits) return null;
  open.pop();
  return after(open);
}

function after(open: readonly string[]): State {
  return open.length === 0 ? "end" : "comma or end";
}

const EXPECTED: Readonly<Record<State, string>> = {
  value: "A value is expected here: text in double quotes, a number, true, false, null, a list or a map",
  "value or end": "A value or `]` is expected here",
  name: "The name of a setting is expected here, in double quotes",
  "name or end": "The name of a setting is expected here, in double quotes, or `}`",
  colon: "A colon is expected here",
  "comma or end": "A comma or a closing bracket is expected here",
  end: "Nothing is expected here: the configuration ends above",
};

const YAML_HAS = "Name the file symlink-helper.yaml: YAML takes all of JSON, and this too (comments begin with #).";

function mistake(text: string, at: number, state: State, open: readonly string[]): JsonError {
  const [found = ""] = /^(?:\/\/|\/\*|#|[\w.+-]+|.)/su.exec(text.slice(at)) ?? [];
  const range = { start: at, end: at + found.length };
  if (["//", "/*", "#"].includes(found)) return { ...range, text: `JSON has no comments\n${YAML_HAS}` };
  if ("}]".includes(found) && (state === "name" || (state === "value" && open.length > 0)) && /,\s*$/u.test(text.slice(0, at)))
    return { ...range, text: `JSON has no comma behind the last entry\n${YAML_HAS}` };
  if (found === "'") return { ...range, text: "Text stands in double quotes" };
  if (found === '"' && tokenAt(text, at) === null)
    return {
      ...range,
      text: "This text is not closed on its line, or has a `\\` that means nothing\nWrite a backslash as `\\\\`, a line break as `\\n`.",
    };
  return { ...range, text: EXPECTED[state] };
}
