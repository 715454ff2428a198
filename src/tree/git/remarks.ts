import { dirname, join, relative } from "node:path";
import { SCHEMA_FILE } from "../../config/find.ts";
import { shownPaths } from "../names.ts";
import type { ByteString } from "../../host/bytes.ts";
import { bytesFrom, bytesOf } from "../../host/bytes.ts";
import type { Repository } from "./repository.ts";

/**
 * What a person may have forgotten before deploying a commit of a repository of his own. Never a reason to fail. The file `settings` counts
 * as it is on disk and is not missed, nor is the schema beside it, which is for editors.
 */
export async function remarksOn(repository: Repository, commit: string, settings: string): Promise<string[]> {
  return [...(await uncommitted(repository, settings)), ...(await unpublished(repository, commit))];
}

async function uncommitted({ git, path, isWorkTree }: Repository, settings: string): Promise<string[]> {
  if (!isWorkTree) return [];
  const { code, stdout } = await git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all");
  const own = [settings, join(dirname(settings), SCHEMA_FILE)].map((file) => bytesOf(relative(path, file)));
  const changes = bytesFrom(stdout)
    .split("\0")
    .filter((line) => line !== "" && !own.includes(line.slice(3) as ByteString));
  if (code !== 0 || changes.length === 0) return [];
  const files = changes.length === 1 ? "1 file is" : `${changes.length} files are`;
  const names = shownPaths(
    changes.map((line) => line.slice(3) as ByteString),
    3,
  );
  return [`${files} changed or new in ${path} but not committed, and no part of this deploy: ${names}`];
}

async function unpublished({ git }: Repository, commit: string): Promise<string[]> {
  const any = await git("for-each-ref", "--count=1", "refs/remotes");
  if (any.code !== 0 || any.stdout.length === 0) return [];
  const { code, stdout } = await git("for-each-ref", "--count=1", "--contains", commit, "refs/remotes");
  if (code !== 0 || stdout.length > 0) return [];
  return [`commit ${commit.slice(0, 7)} is on no branch of a remote: nobody else has it until it is pushed`];
}
