import { isUtf8 } from "node:buffer";
import { textOf } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";

/**
 * The directory an entry is in; `.` is the root.
 */
export function parentOf(path: ByteString): ByteString {
  const slash = path.lastIndexOf("/");
  return (slash === -1 ? "." : path.slice(0, slash)) as ByteString;
}

/** The last part of a path. */
export function nameOf(path: ByteString): ByteString {
  return path.slice(path.lastIndexOf("/") + 1) as ByteString;
}

/** For sorting by path, byte for byte. */
export function byPath(a: { readonly path: ByteString }, b: { readonly path: ByteString }): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

/** A path for a message: readable where it is text, quoted where a line could not show it as it is. */
export function shownPath(path: ByteString): string {
  const text = textOf(path);
  return /[\p{Cc}\u{FFFD}"]/u.test(text) ? JSON.stringify(text) : text;
}

/** The first few paths of a list, for one line of a message. */
export function shownPaths(paths: readonly ByteString[], most = 5): string {
  const shown = paths.slice(0, most).map(shownPath).join(", ");
  return paths.length > most ? `${shown} and ${paths.length - most} more` : shown;
}

/** A word as a person would type it in a POSIX shell: for commands in messages. */
export function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A path in which nothing is lost and nothing is invisible: bytes that are no text as `\xNN`, a newline as `\n`, a backslash as two. */
export function visiblePath(path: ByteString): string {
  const escaped = path.replaceAll(/[\\\u0000-\u001F\u007F]/gu, (character) => ESCAPES[character] ?? hexOf(character));
  const bytes = Buffer.from(escaped, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : escaped.replaceAll(/[\u0080-\u00FF]/gu, hexOf);
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function hexOf(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
