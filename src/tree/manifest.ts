import { hash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { rawBytes } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";
import type { Tree, TreeEntry } from "./entry.ts";

/*
 * The text form of a tree, one line an entry, as it is kept on hosts and read there by awk. Fields are separated by one space:
 *
 *     F <x|-> <size> <sha256> <path>                           a file; x: executable
 *     L - <bytes of its target> <sha256 of its target> <path>  a symbolic link
 *     D - 0 <digest> <path>                                    a directory (digest.ts)
 *
 * The path comes last and runs to the end of the line. In it a backslash is written as two, a newline as backslash and n: every line is
 * one entry, and every entry one line. The first line is the root, `D - 0 <digest> .`; the others are sorted by path, byte for byte.
 */

/** What a manifest says of one entry: all but a link's target, of which it has the hash only. */
export interface ManifestEntry {
  readonly kind: TreeEntry["kind"];
  readonly path: ByteString;
  readonly executable: boolean;
  /** Bytes of the content or of the link's target; 0 for a directory. */
  readonly size: number;
  /** Of the content, of the link's target, or a directory's digest. */
  readonly sha256: string;
}

export interface Manifest {
  /** Digest of the root; null if its line is missing or damaged. */
  readonly digest: string | null;
  /** As they stand there, without the root. */
  readonly entries: readonly ManifestEntry[];
  /** Lines that could not be read and were skipped; a last line that does not end counts, its path may be cut. */
  readonly damaged: number;
}

export function formatManifest(tree: Tree): ByteString {
  return `${[rootLine(tree.digest), ...tree.entries.map((entry) => manifestLine(entry))].join("\n")}\n` as ByteString;
}

/** The line of the root directory, without its newline. */
export function rootLine(digest: string): ByteString {
  return `D - 0 ${digest} .` as ByteString;
}

/** The line of one entry, without its newline; `path` stands in for the entry's own where its name alone is wanted. */
export function manifestLine(entry: TreeEntry, path: ByteString = entry.path): ByteString {
  return `${facts(entry)} ${escapePath(path)}` as ByteString;
}

function facts(entry: TreeEntry): string {
  if (entry.kind === "file") return `F ${entry.executable ? "x" : "-"} ${entry.size} ${entry.sha256}`;
  if (entry.kind === "link") return `L - ${entry.target.length} ${hash("sha256", rawBytes(entry.target))}`;
  return `D - 0 ${entry.digest}`;
}

/** Reads a manifest that a power cut, a full disk or an editor may have damaged: what is whole in it counts. */
export function parseManifest(text: ByteString): Manifest {
  const lines = text.split("\n");
  const unfinished = lines.pop() === "" ? 0 : 1;
  const read = lines.map(parseLine);
  const whole = read.filter((entry) => entry !== null);
  const root = whole.find((entry) => entry.path === ".");
  return {
    digest: root?.kind === "directory" ? root.sha256 : null,
    entries: whole.filter((entry) => entry.path !== "."),
    damaged: read.length - whole.length + unfinished,
  };
}

const line = /^(?:(F) (-|x) (\d{1,15})|(L) (-) (\d{1,15})|(D) (-) (0)) ([\da-f]{64}) (.+)$/su;
const kinds: Readonly<Record<string, TreeEntry["kind"]>> = { F: "file", L: "link", D: "directory" };

function parseLine(text: string): ManifestEntry | null {
  const match = line.exec(text);
  if (match === null) return null;
  const [kind = "", executable, size] = match.slice(1, 10).filter((group) => group !== undefined);
  const path = unescapePath(match[11] as ByteString);
  if (path === null || !isEntryPath(path, kind)) return null;
  return {
    kind: kinds[kind] as TreeEntry["kind"],
    path,
    executable: executable === "x",
    size: Number(size),
    sha256: match[10] as string,
  };
}

function isEntryPath(path: ByteString, kind: string): boolean {
  return isRelativePath(path) || (path === "." && kind === "D");
}

/** Whether a path stays below where it starts: relative, and no part of it empty, `.` or `..`. */
export function isRelativePath(path: ByteString): boolean {
  return !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** A path as it stands in a line. */
export function escapePath(path: ByteString): ByteString {
  return path.replaceAll(/[\\\n]/gu, (character) => (character === "\n" ? String.raw`\n` : String.raw`\\`)) as ByteString;
}

/** The path that stands in a line; null if it is not the escaped form of any. */
export function unescapePath(text: ByteString): ByteString | null {
  if (/^(?:[^\\]|\\[\\n])*$/u.test(text)) {
    return text.replaceAll(/\\(.)/gu, (_, character: string) => (character === "n" ? "\n" : "\\")) as ByteString;
  }
  return null;
}

/**
 * Whether a list of names, as tools read and write them, would mangle this path: a newline ends it, a backslash is taken for an escape
 * (`tar -T`, `sha256sum -c`), a carriage return is escaped by some versions of `sha256sum` and not by others, and bytes that are not
 * text have no meaning in awk under every locale. Such an entry always travels in the stream.
 */
export function isOddName(path: ByteString): boolean {
  return /[\n\r\\]/u.test(path) || (/[\u0080-\u00FF]/u.test(path) && !isUtf8(rawBytes(path)));
}
