import { lstat, mkdir, open, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import type { PipelineFile } from "../report/pipeline-document.ts";

/**
 * Writes the files, all of them or none, and never in the place of another.
 *
 * @throws UserError where one is there already, or cannot be written; nothing is left then.
 */
export async function writePipeline(top: string, files: readonly PipelineFile[], remedy: string): Promise<void> {
  await refuseExisting(top, files, remedy);
  const made: string[] = [];
  const folders: string[] = [];
  try {
    for (const { path, text } of files) {
      folders.push(...(await makeFolders(top, dirname(path))));
      await writeNew(join(top, path), text, () => made.push(join(top, path)));
    }
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    for (const folder of folders.toReversed()) await rmdir(folder).catch(() => undefined);
    throw why(top, error, remedy);
  }
}

async function refuseExisting(top: string, files: readonly PipelineFile[], remedy: string): Promise<void> {
  const looked = await Promise.all(files.map(async ({ path }) => ((await exists(join(top, path))) ? [path] : [])));
  const there = looked.flat();
  if (there.length > 0) throw alreadyThere(there.join(", "), remedy);
}

/** A link that leads nowhere is there, too. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function alreadyThere(names: string, remedy: string): UserError {
  return new UserError({ kind: "exists", message: `There is already: ${names}. Nothing was written.`, remedy });
}

/** Those that were made, from the top downwards. */
async function makeFolders(top: string, path: string): Promise<readonly string[]> {
  const first = await mkdir(join(top, path), { recursive: true });
  if (first === undefined) return [];
  const made = [];
  for (let folder = join(top, path); folder.length >= first.length; folder = dirname(folder)) made.unshift(folder);
  return made;
}

async function writeNew(path: string, text: string, begun: () => void): Promise<void> {
  const file = await open(path, "wx");
  begun();
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function why(top: string, error: unknown, remedy: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  if ((error as NodeJS.ErrnoException).code === "EEXIST") return alreadyThere("one of the files", remedy);
  return new UserError({
    kind: "configuration",
    message: `The pipeline cannot be written into ${top}: ${error.message}`,
    remedy,
  });
}
