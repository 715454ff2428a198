import { constants } from "node:fs";
import { open } from "node:fs/promises";
import ignore from "ignore";
import { bytesFrom, bytesOf, rawBytes, textOf } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";
import { sourceProblem } from "./problem.ts";

/** Whether an entry never becomes part of the tree. To be asked for directories before what is in them. */
export type Excluded = (path: ByteString, isDirectory: boolean) => boolean;

/** The file with gitignore patterns in the root of a source; it is not shipped itself. In other directories it means nothing. */
const ignoreFile = bytesOf(".deployignore");

/**
 * What is left out of a source: `.git` at every level, `.deployignore` in the root, what its patterns match, and what the configured
 * ones match. Both are read as in a .gitignore of the root, the configured ones last: they can take back (`!name`) what the file said.
 *
 * @throws UserError if `.deployignore` is there and cannot be read as a file.
 */
export async function readExclusions(directory: string, patterns: readonly string[]): Promise<Excluded> {
  const rules = ignore({ ignoreCase: false })
    .add(await readIgnoreFile(directory))
    .add(patterns);
  return (path, isDirectory) =>
    /(?:^|\/)\.git$/u.test(path) || path === ignoreFile || rules.ignores(patternText(path) + (isDirectory ? "/" : ""));
}

async function readIgnoreFile(directory: string): Promise<string> {
  try {
    // Opened like any entry of the source: a link is not followed, a pipe not waited for.
    const file = await open(`${directory}/${ignoreFile}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return patternText(bytesFrom(await file.readFile()));
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    const message = `${directory}/${ignoreFile} cannot be read: ${(error as Error).message}`;
    throw sourceProblem(message, `Make ${ignoreFile} a readable file of patterns, or remove it.`);
  }
}

/**
 * The text that patterns are matched against: UTF-8 where a name is that. Every other byte becomes a character of its own that no text
 * has (a lone surrogate), so that names which differ stay different.
 */
function patternText(path: ByteString): string {
  if (!/[\u0080-\u00FF]/u.test(path)) return path;
  const text = textOf(path);
  return text.includes("\u{FFFD}") ? decodeWithStrays(path) : text;
}

// One whole UTF-8 character, or one byte that is part of none.
const utf8OrByte =
  /[\u00C2-\u00DF][\u0080-\u00BF]|\u00E0[\u00A0-\u00BF][\u0080-\u00BF]|[\u00E1-\u00EC\u00EE\u00EF][\u0080-\u00BF]{2}|\u00ED[\u0080-\u009F][\u0080-\u00BF]|\u00F0[\u0090-\u00BF][\u0080-\u00BF]{2}|[\u00F1-\u00F3][\u0080-\u00BF]{3}|\u00F4[\u0080-\u008F][\u0080-\u00BF]{2}|[\u0080-\u00FF]/gu;

function decodeWithStrays(path: ByteString): string {
  return path.replaceAll(utf8OrByte, (bytes) =>
    bytes.length === 1 ? String.fromCodePoint(0xdc00 + bytes.charCodeAt(0)) : rawBytes(bytes as ByteString).toString("utf8"),
  );
}
