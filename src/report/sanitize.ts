/**
 * What hosts, tasks and files say is shown to people, and must never reach a terminal raw: an escape sequence could rewrite what
 * was printed before, an invisible character could make a name look like another. Everything that people read passes through
 * here; what comes out has no character that a terminal obeys, except tabs.
 */

/** One line: line breaks are made visible too. */
export function sanitize(text: string): string {
  return sanitizeBlock(text).replaceAll("\n", "\\n");
}

/** Several lines: line feeds stay, so whoever prints it must begin every line with something of its own. */
export function sanitizeBlock(text: string): string {
  return dropEscapes(text).replace(UNSHOWABLE, showCharacter);
}

/** Every string inside a value, as {@link sanitizeBlock} does. Keys are ours and stay. */
export function sanitizeDeep<T>(value: T): T {
  return mapStrings(value, sanitizeBlock);
}

/** A copy of a document with every string inside it changed; keys stay. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  return walk(value, change) as T;
}

/** Takes out whole escape sequences (colours, cursor movements, window titles), as they mean nothing in a line of text. */
export function dropEscapes(text: string): string {
  return ESCAPE_OR_C1.test(text) ? text.replace(ESCAPE_SEQUENCE, "") : text;
}

/**
 * JSON with every character that a terminal might obey written as `\uXXXX`, and what a CI system might find in its log and obey
 * (`##[…]`, see `disarm.ts`) taken apart likewise: the same value, safe to look at.
 */
export function safeJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(UNSHOWABLE, (found) => (found === "\n" ? found : escapeUnits(found))).replaceAll(CI_COMMAND, "\\u0023");
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((inner) => walk(inner, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, change)]));
}

function showCharacter(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  if (found === "\n" || found === "\t") return found;
  if (code >= 0xd800 && code <= 0xdfff) return "\u{fffd}";
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

function escapeUnits(text: string): string {
  return [...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

const ESCAPE_OR_C1 = /[\u001b\u0080-\u009f]/;

// One pass from left to right: every ESC is either part of a whole sequence or stays and is shown, so nothing that is taken out
// can join its neighbours into a new sequence. A string sequence without its end would hide the rest of the line: only its
// introducer is taken out.
const ESCAPE_SEQUENCE = new RegExp(
  [
    "(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]",
    "(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c\\n\\r]*(?:\\u0007|\\u001b\\\\|\\u009c)",
    "\\u001b[ -/]*[0-~]",
  ].join("|"),
  "g",
);

const CI_COMMAND = /#(?=#\w*\[)/g;

// Controls, invisible format characters (bidi overrides, zero-width spaces, tags), line and paragraph separators, halves of
// surrogate pairs. Joiners (U+200C, U+200D) and the soft hyphen are needed to write languages and do no harm.
const UNSHOWABLE = /(?![\u00ad\u200c-\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
