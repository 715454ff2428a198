import { link, lstat, mkdir, open, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { SCHEMA_FILE } from "../config/find.ts";

export const CONFIG_FILE = "symlink-helper.yaml";

/** Whatever may hold a configuration: none of them is written over or passed by. */
const CONFIG = /^symlink-helper\.(?:config\.)?(?:ya?ml|jsonc?|json5|toml|[cm]?[jt]s)$/u;

/** @throws UserError where the folder has a configuration already, of any kind. */
export async function refuseExisting(directory: string): Promise<void> {
  const existing = (await readdir(directory)).find((name) => CONFIG.test(name));
  if (existing !== undefined) throw alreadyThere(existing);
}

function alreadyThere(name: string): UserError {
  return new UserError({
    kind: "exists",
    message: `There is a configuration already: ${name}. It is left as it is.`,
    remedy: "Edit it; or, to see what init would write: symlink-helper init --stdout",
  });
}

/** What is written beside each other, and only together. */
export interface Written {
  readonly config: string;
  /** Null where the project has the schema already. */
  readonly schema: string | null;
}

/** What became of the schema: it is written; it was there, the same or another one; none was to be written. */
export type SchemaFate = "written" | "same" | "other" | "none";

/**
 * Writes the configuration, and the schema beside it: each is there whole or not at all, and never in the place of another file.
 *
 * @throws UserError where a configuration came meanwhile, or nothing can be written; nothing is left then.
 */
export async function writeConfig(directory: string, { config, schema }: Written): Promise<SchemaFate> {
  const beside = join(directory, SCHEMA_FILE);
  try {
    const fate =
      schema === null ? "none" : (await writeNew(directory, SCHEMA_FILE, schema)) ? "written" : await compared(beside, schema);
    try {
      if (!(await writeNew(directory, CONFIG_FILE, config))) throw alreadyThere(CONFIG_FILE);
    } catch (error) {
      if (fate === "written") await rm(beside, { force: true });
      throw error;
    }
    return fate;
  } catch (error) {
    throw unwritable(directory, error);
  }
}

async function compared(path: string, text: string): Promise<"same" | "other"> {
  const there = await readFile(path, "utf8").catch(() => null);
  return there === text ? "same" : "other";
}

/** False where the name is taken. */
async function writeNew(directory: string, name: string, text: string): Promise<boolean> {
  const temporary = join(directory, `.${name}.${process.pid}`);
  try {
    await writeFlushed(temporary, text);
    // Unlike rename(2), link(2) refuses where the name is taken.
    await link(temporary, join(directory, name)).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw error;
      await writeInPlace(join(directory, name), text);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** On file systems without hard links. Half a file is removed again. */
async function writeInPlace(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") await rm(path, { force: true });
    throw error;
  });
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function unwritable(directory: string, error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const message = `The configuration cannot be written into ${directory}: ${error.message}`;
  return new UserError({
    kind: "configuration",
    message,
    remedy: "To have the text without a file: symlink-helper init --stdout",
  });
}

/** The app root of the environment `local`, which git leaves alone without a change to any file of the project. */
export async function makeScratch(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, ".gitignore"), "*\n", { flag: "wx" }).catch(() => undefined);
}

/** A name for that app root that nothing in the project has. */
export async function scratchName(directory: string): Promise<string> {
  for (const name of ["scratch", "symlink-helper-scratch"]) {
    const free = await lstat(join(directory, name)).then(
      () => false,
      () => true,
    );
    if (free) return name;
  }
  return ".symlink-helper-scratch";
}
