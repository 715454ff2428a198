import { type Diagnostic, diagnosticOf } from "./diagnostics.ts";
import { LONGEST, TOO_LONG } from "./yaml.ts";
import { type Loaded, type Overrides, readConfig } from "./read.ts";
import { addAbortSignal, type Readable } from "node:stream";
import { constants, createReadStream, fstatSync, open } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ReadStream, isatty } from "node:tty";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { stat } from "node:fs/promises";

export type { Loaded, Overrides } from "./read.ts";

const NAMES = ["symlink-helper.yaml", "symlink-helper.yml"];

/** The configuration file nearest to a folder: in it, or in the first folder above it that has one; null if none has. */
export async function findConfig(startDirectory: string): Promise<string | null> {
  const directory = resolve(startDirectory);
  for (const name of NAMES) {
    const file = join(directory, name);
    if (await isFile(file)) return file;
  }
  const parent = dirname(directory);
  return parent === directory ? null : findConfig(parent);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Reads a configuration file for one environment, which may be left out where there is only one. A file that cannot be read is
 * a diagnostic too: this rejects only where `read` does. Messages call the file by the name it was given here.
 */
export async function loadConfig(options: {
  readonly file: string;
  readonly environment?: string | undefined;
  readonly overrides?: Overrides | undefined;
  /** Default: {@link readText}. */
  readonly read?: ReadText;
}): Promise<Loaded> {
  const { file, environment, overrides, read = readText } = options;
  const text = await read(file);
  if (typeof text !== "string") return { ok: false, diagnostics: [text] };
  return readConfig(text, { file: resolve(file), shownAs: file, environment, overrides });
}

/** The text of a configuration file, or why there is none. */
export type ReadText = (file: string) => Promise<string | Diagnostic>;

/** Reads whatever it is, file, pipe or device. Rejects only if the signal is aborted while a pipe or terminal is being waited for. */
export async function readText(file: string, signal: AbortSignal | null = null): Promise<string | Diagnostic> {
  const refused = (message: string): Diagnostic => diagnosticOf(file, { severity: "error", path: "", message, hint: null });
  try {
    const bytes = await readStart(file, signal);
    if (bytes.length > LONGEST) return refused(TOO_LONG);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    signal?.throwIfAborted();
    return refused(whyUnreadable(error as NodeJS.ErrnoException));
  }
}

/** All of a file, pipe or device, but of one that is too long only so much that one sees it. */
async function readStart(file: string, signal: AbortSignal | null): Promise<Buffer> {
  const stream = await openStream(file);
  if (signal !== null) addAbortSignal(signal, stream);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST) break;
  }
  return Buffer.concat(chunks);
}

/** Nothing here waits in a thread, as plain reading would for a pipe without a writer: no signal ends such a wait. */
async function openStream(file: string): Promise<Readable> {
  const fd = await promisify(open)(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  if (fstatSync(fd).isFIFO()) return new Socket({ fd, readable: true, writable: false });
  return isatty(fd) ? new ReadStream(fd) : createReadStream("", { fd, end: LONGEST });
}

function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (error.code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "The file is not text in UTF-8";
  const reasons: Record<string, string> = {
    ENOENT: "There is no such file",
    EISDIR: "This is a directory, not a file",
  };
  return reasons[error.code ?? ""] ?? `The file cannot be read: ${error.message}`;
}
