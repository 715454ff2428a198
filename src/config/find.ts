import { dirname, join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { stat } from "node:fs/promises";

/** What a configuration file is called: one name in several notations. */
const CONFIG_NAMES: readonly string[] = ["yaml", "yml", "json", "toml", "ts", "mts", "js", "mjs"].map(
  (ending) => `symlink-helper.${ending}`,
);

/** What the schema is called beside a configuration, for editors. */
export const SCHEMA_FILE = "symlink-helper.schema.json";

/**
 * The configuration file nearest to a folder: in it, or in the first folder above it that has one; null if none has. Throws a
 * UserError if that folder has several, because nobody could know which of them is meant.
 */
export async function findConfig(startDirectory: string): Promise<string | null> {
  const directory = resolve(startDirectory);
  const files = await filesIn(directory);
  if (files.length > 1) throw several(directory, files);
  const parent = dirname(directory);
  return files[0] ?? (parent === directory ? null : findConfig(parent));
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const files = CONFIG_NAMES.map((name) => join(directory, name));
  const found = await Promise.all(files.map(isFile));
  return files.filter((_, index) => found[index]);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function several(directory: string, files: readonly string[]): UserError {
  const names = files.map((file) => file.slice(dirname(file).length).replace(/^\//u, ""));
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return new UserError({
    kind: "configuration",
    message: `There are ${files.length} configurations in ${directory}: ${list}.`,
    remedy: "Remove all but one, or name the one that is meant: --config FILE",
  });
}
