import { type Diagnostic, diagnosticOf } from "./diagnostics.ts";
import { LONGEST, type ParsedFile, TOO_LONG, type UnreadableFile } from "./parsed.ts";
import { type Loaded, type Overrides, settleConfig, settleOrAsk } from "./read.ts";
import { addAbortSignal, type Readable } from "node:stream";
import { constants, createReadStream, fstatSync, open } from "node:fs";
import { extname, resolve } from "node:path";
import { ReadStream, isatty } from "node:tty";
import { Socket } from "node:net";
import type { AskOptions } from "./inventory/ask.ts";
import type { Found, InventoryRequest } from "./inventory/found.ts";
import type { ProgramOptions } from "./program/run.ts";
import { parseYaml } from "./yaml.ts";
import { promisify } from "node:util";

export type { Loaded, Overrides } from "./read.ts";

/**
 * Reads a configuration file for one environment, which may be left out where there is only one. Its ending says what it is: JSON,
 * TOML, a program in TypeScript or JavaScript, and anything else YAML. A file that cannot be read is a diagnostic too: this
 * rejects only where `read` or `evaluate` do. Messages call the file by the name it was given here.
 */
export async function loadConfig(options: {
  readonly file: string;
  readonly environment?: string | undefined;
  /** Without a name: the first one there is. */
  readonly orFirst?: boolean | undefined;
  readonly overrides?: Overrides | undefined;
  /** Default: {@link readText}. */
  readonly read?: ReadText;
  /** Default: {@link evaluateProgram}, with the environment of this process. */
  readonly evaluate?: Parse;
  /** Asks what names the hosts. Default: {@link findHosts}, with the environment of this process. */
  readonly ask?: Ask;
}): Promise<Loaded> {
  const { file, environment, orFirst, overrides, read = readText, evaluate = evaluateProgram, ask = findHosts } = options;
  const text = await read(file);
  if (typeof text !== "string") return { ok: false, diagnostics: [text] };
  const parsed = PROGRAM.test(file) ? await evaluate(file) : await parse(file, text);
  const reading = { file: resolve(file), shownAs: file, environment, orFirst, overrides };
  const settled = settleOrAsk(parsed, reading);
  return settled.ok === "asks" ? settleConfig(parsed, { ...reading, found: await ask(settled.request) }) : settled;
}

/** Asks the program that names the hosts of an environment. */
export type Ask = (request: InventoryRequest) => Promise<Found>;

/** Runs that program. Rejects only if the signal is aborted. */
export async function findHosts(
  request: InventoryRequest,
  { env = process.env, signal = null, ...more }: Partial<AskOptions> = {},
): Promise<Found> {
  return (await import("./inventory/ask.ts")).askInventory(request, { env, signal, ...more });
}

/** Makes values of a file. */
export type Parse = (file: string) => Promise<ParsedFile | UnreadableFile>;

const PROGRAM = /\.[cm]?[jt]s$/iu;

// What a notation needs is loaded only where it is used.
async function parse(file: string, text: string): Promise<ParsedFile | UnreadableFile> {
  switch (extname(file).toLowerCase()) {
    case ".json":
      return (await import("./json.ts")).parseJson(file, text);
    case ".toml":
      return (await import("./toml.ts")).parseToml(file, text);
    default:
      return parseYaml(file, text);
  }
}

// Somebody may look something up over a network there; Ctrl-C ends it at once.
const PROGRAM_LIMIT = 60_000;

/** Runs a configuration program in a thread of its own. Rejects only if the signal is aborted. */
export async function evaluateProgram(
  file: string,
  { env = process.env, signal = null, limit = PROGRAM_LIMIT }: Partial<ProgramOptions> = {},
): Promise<ParsedFile | UnreadableFile> {
  return (await import("./program/parse.ts")).parseProgram(file, { env, signal, limit });
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
