import { type Diagnostic, diagnosticOf } from "../diagnostics.ts";
import type { ParsedFile, UnreadableFile } from "../parsed.ts";
import { type ProgramEnd, type ProgramOptions, runProgram } from "./run.ts";
import { placeless, unplaced } from "../placeless.ts";
import { quoted } from "../path.ts";
import { refused } from "../parsed.ts";
import { resolve } from "node:path";

/** Runs a configuration program and takes what it gives for a file. `file` is also its name in messages. */
export async function parseProgram(file: string, options: ProgramOptions): Promise<ParsedFile | UnreadableFile> {
  return settled(file, await runProgram(resolve(file), options), options.limit);
}

function settled(file: string, end: ProgramEnd, limit: number): ParsedFile | UnreadableFile {
  if (end.kind !== "value") return refused(file, ...failed(end, limit));
  if (end.faults.length > 0) return unplaced(file, end.faults);
  return { value: end.value ?? null, places: placeless(file), problems: printed(file, end.printed) };
}

/** What is wrong, and what to do about it. */
function failed(end: Exclude<ProgramEnd, { kind: "value" }>, limit: number): readonly [message: string, hint: string | null] {
  if (end.kind === "nothing") return [`The program has no default export${others(end.exports)}`, EXPORT];
  if (end.kind === "thrown") return [`The program failed: ${shortened(end.message)}`, placeOf(end.stack)];
  if (end.kind === "left") return ["The program ended before it gave a configuration", LEFT];
  if (end.kind === "broken") return [`The program could not go on: ${shortened(end.message)}`, null];
  return [`The program did not come to an end within ${limit / 1000} seconds`, "Does it wait for something, or go in circles?"];
}

const EXPORT = "Write `export default { app: … }`, or `export default defineConfig(({ env }) => ({ … }))`.";
const LEFT = "Does it call `process.exit`, or wait for a promise that nothing can fulfil any more?";

function others(exports: readonly string[]): string {
  return exports.length === 0 ? "" : `, only ${exports.slice(0, 5).join(", ")}`;
}

function printed(file: string, text: string): readonly Diagnostic[] {
  if (text.trim() === "") return [];
  const message = `The program printed ${quoted(text.trim())}, which is shown nowhere else`;
  return [
    diagnosticOf(file, { severity: "warning", message, path: "", hint: "A configuration is best silent: remove the output." }),
  ];
}

/** A message is one sentence; compilers put code and carets below theirs. */
function shortened(message: string): string {
  const plain = message.replace(/^Error: ParseError:/u, "SyntaxError:");
  return (plain.split("\n").find((line) => line.trim() !== "") ?? "").trim().replace(/[.:]$/u, "").slice(0, 300);
}

/** Where in the user's own files an error came from, if that can be seen: the first frame, or the first line for a syntax error. */
function placeOf(stack: string): string | null {
  const frames = stack.split("\n").map((line) => placeIn(FRAME.exec(line)?.groups));
  const own = frames.find((place) => place !== "" && !place.includes("/node_modules/") && !place.startsWith(OURS));
  return own === undefined ? null : `It comes from ${own}.`;
}

// Without the column: of what was compiled it is another one than in the file.
const FRAME = /^(?:\s+at (?:.*\()?|\s+)?(?<url>file:\/\/)?(?<place>\/.*\.[cm]?[jt]s:\d+)(?::\d+)?\)?$/u;
const OURS = new URL(".", import.meta.url).pathname;

function placeIn(found: Readonly<Record<string, string | undefined>> = {}): string {
  const { url, place = "" } = found;
  return url === undefined ? place : decodeURIComponent(place);
}
