import { type Diagnostic, diagnosticOf } from "./diagnostics.ts";
import { type Loaded, type Overrides, readConfig } from "./read.ts";
import { dirname, join, resolve } from "node:path";
import { readFile, stat } from "node:fs/promises";

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
 * Reads a configuration file for one environment, which may be left out where there is only one. Never rejects: a file that
 * cannot be read is a diagnostic too. Messages call the file by the name it was given here.
 */
export async function loadConfig(options: {
  readonly file: string;
  readonly environment?: string | undefined;
  readonly overrides?: Overrides | undefined;
}): Promise<Loaded> {
  const { file, environment, overrides } = options;
  const text = await readText(file);
  if (typeof text !== "string") return { ok: false, diagnostics: [text] };
  return readConfig(text, { file: resolve(file), shownAs: file, environment, overrides });
}

async function readText(file: string): Promise<string | Diagnostic> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    return diagnosticOf(file, {
      severity: "error",
      path: "",
      message: whyUnreadable(error as NodeJS.ErrnoException),
      hint: null,
    });
  }
}

function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (error.code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "The file is not text in UTF-8";
  const reasons: Record<string, string> = {
    ENOENT: "There is no such file",
    EISDIR: "This is a directory, not a file",
  };
  return reasons[error.code ?? ""] ?? `The file cannot be read: ${error.message}`;
}
