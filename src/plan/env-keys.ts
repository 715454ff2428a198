import type { KeyDifference } from "../report/shared-documents.ts";

/**
 * Keys and values of a file that holds nothing but KEY=VALUE lines, comments and empty lines (values may be quoted and then go over several
 * lines); null for any other. It is strict so that no part of a value is ever taken for the name of a key.
 */
export function envEntries(text: string): ReadonlyMap<string, string> | null {
  const entries = new Map<string, string>();
  let rest = text.replaceAll("\r\n", "\n");
  while (rest !== "") {
    const [whole = "", key, value = ""] = LINE.exec(rest) ?? [];
    if (whole === "" || isPadded(key ?? "", value)) return null;
    if (key !== undefined) entries.set(key, value);
    rest = rest.slice(whole.length);
  }
  return entries;
}

/** What base64 and base32 make may look like a key without a value: `c2VjcmV0a2U=`. Names that do are rare, and a doubt costs only their mention. */
function isPadded(key: string, value: string): boolean {
  if (!/^=*$/.test(value)) return false;
  if (value !== "") return true;
  return (key.length + 1) % 4 === 0 && ((/[a-z]/.test(key) && /[A-Z]/.test(key)) || /^[A-Z2-7]{15,}$/.test(key));
}

/** Which keys differ; only names come out. */
export function keyDifference(reference: ReadonlyMap<string, string>, here: ReadonlyMap<string, string>): KeyDifference {
  return {
    added: [...here.keys()].filter((key) => !reference.has(key)),
    removed: [...reference.keys()].filter((key) => !here.has(key)),
    changed: [...here].filter(([key, value]) => reference.has(key) && reference.get(key) !== value).map(([key]) => key),
  };
}

// A value in quotes ends with its quote, and nothing but a comment may follow; one without quotes ends with its line.
const VALUE = String.raw`(?:"(?:\\[^]|[^"\\])*"[ \t]*(?:#[^\n]*)?|'[^']*'[ \t]*(?:#[^\n]*)?|(?!["'])[^\n]*)`;
const LINE = new RegExp(
  String.raw`^(?:[ \t]*(?:#[^\n]*)?\n|[ \t]*#[^\n]*$|[ \t]+$|[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]{0,99})[ \t]*=[ \t]*(${VALUE})(?:\n|$))`,
  "u",
);
