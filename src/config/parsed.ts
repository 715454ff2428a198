import { type Diagnostic, diagnosticOf } from "./diagnostics.ts";
import type { Places } from "./places.ts";

/** A file as plain values, whatever notation it is written in, with what is known of where each of them stands. */
export interface ParsedFile {
  /** Maps, lists, text, numbers, booleans and null; no two parts are the same object. */
  readonly value: unknown;
  readonly places: Places;
  /** What is wrong with the notation, but leaves a value that can be looked at further. */
  readonly problems: readonly Diagnostic[];
}

/** A file whose notation leaves no value to look at. */
export interface UnreadableFile {
  readonly value: undefined;
  readonly problems: readonly Diagnostic[];
}

/** Of a file: bytes to read, characters to parse. */
export const LONGEST: number = 1024 * 1024;
export const TOO_LONG = "The file is larger than 1 MiB: this cannot be a configuration";

/** A file that cannot be used, for a reason that has no place in it. */
export function refused(file: string, message: string, hint: string | null = null): UnreadableFile {
  return { value: undefined, problems: [diagnosticOf(file, { severity: "error", message, path: "", hint })] };
}
