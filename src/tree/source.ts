import { stat } from "node:fs/promises";
import type { SourceConfig } from "../config/resolved.ts";
import { contentsOf } from "./contents.ts";
import type { SourceOptions } from "./contents.ts";
import type { TreeContents } from "./entry.ts";
import { openGit } from "./git-source.ts";
import type { SourcePorts } from "./git/git.ts";
import { sourceProblem } from "./problem.ts";
import { sweepTemporary } from "./temporary.ts";

export type { SourcePorts } from "./git/git.ts";
export type { SourceOptions } from "./contents.ts";

/**
 * Takes the tree that is to be deployed. A `git` source is a clean export of one commit (git-source.ts). A `directory` source is read in
 * place, and its build tasks run in that very directory first. An `archive` is unpacked (archive-source.ts). The result must be closed; if opening fails or is aborted, nothing is
 * left behind, and what a killed run left is removed at the next.
 *
 * @throws UserError for what the user can put right, whatever `build` throws, and the signal's reason after an abort.
 */
export async function openSource(config: SourceConfig & SourceOptions, ports: SourcePorts): Promise<TreeContents> {
  ports.signal?.throwIfAborted();
  await sweepTemporary(ports.temporary, ports.run);
  if (config.kind === "archive") return (await import("./archive-source.ts")).openArchive(config, config, ports);
  return config.kind === "git" ? openGit(config, config, ports) : openDirectory(config.path, config, ports);
}

async function openDirectory(path: string, options: SourceOptions, ports: SourcePorts): Promise<TreeContents> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() !== true) throw notADirectory(path, found !== null);
  return contentsOf(path, { revision: null, label: path, warnings: [], close: () => Promise.resolve() }, options, ports.signal);
}

function notADirectory(path: string, exists: boolean): Error {
  return sourceProblem(
    `The source ${path} ${exists ? "is not a directory" : "does not exist or may not be looked at"}.`,
    "Build it first, or correct `source.directory` in the configuration.",
  );
}
