import { lstat, mkdir, rm } from "node:fs/promises";
import { textOf } from "../../host/bytes.ts";
import type { ByteString } from "../../host/bytes.ts";
import { sourceProblem } from "../problem.ts";
import { rawPath } from "../read.ts";
import { gitFailure, gitOutput, runProgram } from "./git.ts";
import type { SourcePorts } from "./git.ts";
import { gitLinks } from "./git-link.ts";
import type { Repository } from "./repository.ts";
import { findSubmodule } from "./submodule.ts";

/**
 * Writes a commit's files to the directory, which is made: as `git archive` gives them, so `export-ignore` and `export-subst` count, and
 * those of its submodules, all the way down, each at the commit that is pinned.
 *
 * @param scratch an existing private directory, on a file system with room for one archive
 * @throws UserError if git or tar cannot do it, or a submodule is not there
 */
export async function exportCommit(
  repository: Repository,
  commit: string,
  directory: string,
  scratch: string,
  ports: SourcePorts,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await archive(repository, commit, directory, scratch, ports);
  for (const link of await gitLinks(repository.git, commit)) {
    // The archive has an empty directory for it, unless export-ignore took that out.
    if (!(await isDirectory(directory, link.path))) continue;
    const submodule = await findSubmodule(repository, commit, link, ports);
    await exportCommit(submodule, link.commit, `${directory}/${textOf(link.path)}`, scratch, ports);
  }
}

// By way of a file: two programs in a pipe have two exit codes, and both count. tar is given names without a colon, which would mean
// another machine to it.
async function archive(
  repository: Repository,
  commit: string,
  directory: string,
  scratch: string,
  ports: SourcePorts,
): Promise<void> {
  const file = `${scratch}/export.tar`;
  try {
    await gitOutput(repository.git, "archive", "--format=tar", `--output=${file}`, commit);
    const tar = await runProgram("tar", ["-xof", "export.tar", "-C", directory], ports, scratch);
    if (tar.code !== 0) throw tarFailure(directory, gitFailure(["archive"], tar).output);
  } finally {
    await rm(file, { force: true });
  }
}

function tarFailure(directory: string, output: readonly string[]): Error {
  return sourceProblem(
    `tar could not unpack the commit to ${directory}: ${output.at(-1) ?? "no reason given"}`,
    "See that there is room.",
    output,
  );
}

async function isDirectory(directory: string, path: ByteString): Promise<boolean> {
  const found = await lstat(rawPath(directory, path)).catch(() => null);
  return found?.isDirectory() ?? false;
}
