import type { FileEntry, TreeContents } from "./entry.ts";
import { sourceProblem } from "./problem.ts";
import { readEntry } from "./read.ts";
import { scanTree } from "./scan.ts";

export interface SourceOptions {
  /** gitignore patterns of what is left out. */
  readonly exclude: readonly string[];
  /** Absolute path of the configuration: it counts as it is on disk, so nobody need be told that it is not committed. */
  readonly settings?: string;
  /** Runs the build tasks in the directory from which the tree is taken afterwards. */
  readonly build?: (directory: string) => Promise<void>;
}

/** What a source knows of a directory apart from what is in it. */
export interface About {
  readonly revision: string | null;
  readonly label: string;
  readonly time?: number;
  readonly warnings: readonly string[];
  readonly commitsSince?: TreeContents["commitsSince"];
  readonly close: () => Promise<void>;
}

/** Builds in a directory and takes its tree. @throws UserError if there is nothing in it that could be served. */
export async function contentsOf(
  directory: string,
  about: About,
  options: SourceOptions,
  signal?: AbortSignal,
): Promise<TreeContents> {
  await options.build?.(directory);
  signal?.throwIfAborted();
  const time = about.time === undefined ? {} : { time: about.time };
  const aborted = signal === undefined ? {} : { signal };
  const { tree, warnings } = await scanTree(directory, { exclude: options.exclude, ...time, ...aborted });
  if (tree.entries.every((entry) => entry.kind === "directory")) throw nothingIn(about.label);
  return {
    tree,
    revision: about.revision,
    label: about.label,
    warnings: [...about.warnings, ...warnings],
    read: (entry: FileEntry) => readEntry(directory, entry),
    ...(about.commitsSince === undefined ? {} : { commitsSince: about.commitsSince }),
    close: about.close,
  };
}

function nothingIn(label: string): Error {
  return sourceProblem(
    `There is nothing to deploy: ${label} has no file, or all are excluded.`,
    "Check `source`, `exclude` and .deployignore, and that the build writes where the tree is taken from.",
  );
}
