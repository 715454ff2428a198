import { lstat } from "node:fs/promises";
import type { UserError } from "../../errors.ts";
import { bytesFrom, bytesOf, textOf } from "../../host/bytes.ts";
import type { ByteString } from "../../host/bytes.ts";
import { shownPath, typed } from "../names.ts";
import { sourceProblem } from "../problem.ts";
import type { GitLink } from "./git-link.ts";
import { gitIn, gitInKept } from "./git.ts";
import type { SourcePorts } from "./git.ts";
import { modulesOf } from "./repository.ts";
import type { Repository } from "./repository.ts";

/**
 * The repository of a submodule that has the pinned commit: the one checked out at its path, else the one that git keeps of it.
 *
 * @throws UserError with the command that brings it
 */
export async function findSubmodule(
  repository: Repository,
  commit: string,
  link: GitLink,
  ports: SourcePorts,
): Promise<Repository> {
  if (bytesOf(textOf(link.path)) !== link.path)
    throw sourceProblem(`The path of submodule ${shownPath(link.path)} is not text.`, "Rename it.");
  const candidates = await existing(repository, commit, link, ports);
  for (const candidate of candidates) {
    const { code } = await candidate.git("cat-file", "-e", `${link.commit}^{commit}`);
    if (code === 0) return candidate;
  }
  throw candidates.length === 0 ? notInitialised(repository, link) : commitMissing(candidates, link);
}

async function existing(repository: Repository, commit: string, link: GitLink, ports: SourcePorts): Promise<Repository[]> {
  const checkedOut = repository.isWorkTree ? [{ path: `${repository.path}/${textOf(link.path)}`, isWorkTree: true }] : [];
  const name = await nameOf(repository, commit, link.path);
  const kept = name === null ? [] : [{ path: `${await modulesOf(repository)}/${textOf(name)}`, isWorkTree: false }];
  const found: Repository[] = [];
  for (const { path, isWorkTree } of [...checkedOut, ...kept]) {
    // Without one of its own, git would find the repository around it.
    const mark = isWorkTree ? `${path}/.git` : `${path}/HEAD`;
    if (await exists(mark)) found.push({ git: (isWorkTree ? gitIn : gitInKept)(path, ports), path, isWorkTree });
  }
  return found;
}

// A submodule moved to another path keeps its name, and git keeps its repository under that.
async function nameOf({ git }: Repository, commit: string, path: ByteString): Promise<ByteString | null> {
  const ran = await git("config", "--blob", `${commit}:.gitmodules`, "-z", "--get-regexp", String.raw`^submodule\..*\.path$`);
  const found = bytesFrom(ran.stdout)
    .split("\0")
    .find((item) => item.slice(item.indexOf("\n") + 1) === path);
  const key = found?.slice(0, found.indexOf("\n"));
  return key === undefined ? null : (key.slice("submodule.".length, -".path".length) as ByteString);
}

function notInitialised(repository: Repository, link: GitLink): UserError {
  const path = textOf(link.path);
  return sourceProblem(
    `Submodule ${shownPath(link.path)} of ${repository.path} is not there: it was not initialised.`,
    repository.isWorkTree
      ? `git -C ${typed(repository.path)} submodule update --init --recursive -- ${typed(path)}`
      : "Deploy from a checkout that has its submodules, or give the repository's URL as `source.git`.",
  );
}

function commitMissing(candidates: readonly Repository[], link: GitLink): UserError {
  return sourceProblem(
    `Submodule ${shownPath(link.path)} does not have commit ${link.commit}, which is to be deployed.`,
    `git -C ${typed(candidates[0]?.path ?? "")} fetch --all --tags`,
  );
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
