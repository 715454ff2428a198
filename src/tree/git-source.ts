import type { GitSource as GitConfig } from "../config/resolved.ts";
import type { Commits } from "../report/report.ts";
import type { TreeContents } from "./entry.ts";
import { cloneRemote, fetchRef, isRemote, publicUrl, withSubmodules } from "./git/clone.ts";
import { commitsBetween } from "./git/commits.ts";
import { exportCommit } from "./git/export.ts";
import type { SourcePorts } from "./git/git.ts";
import { commitTime, refLabel, requireRef, resolveRef, unknownRef } from "./git/ref.ts";
import type { Resolved } from "./git/ref.ts";
import { remarksOn } from "./git/remarks.ts";
import { openRepository } from "./git/repository.ts";
import type { Repository } from "./git/repository.ts";
import { typed } from "./names.ts";
import { contentsOf } from "./contents.ts";
import type { SourceOptions } from "./contents.ts";
import { folderOf } from "./subdirectory.ts";
import { makeTemporary } from "./temporary.ts";

type GitSource = Omit<GitConfig, "kind"> & {
  /** Full id of a commit of the ref that is meant, where the ref means another one by now. */
  readonly tested?: string;
};

/**
 * The tree of the one commit that a ref means now: exported to a private directory, built there, and taken. Its time is the commit's.
 *
 * @throws UserError for whatever is wrong with repository, ref or submodules; nothing is left behind then.
 */
export async function openGit(source: GitSource, options: SourceOptions, ports: SourcePorts): Promise<TreeContents> {
  requireRef(source.ref);
  const temporary = await makeTemporary(ports.temporary, ports.run);
  try {
    const commit = await findCommit({ ...source, settings: options.settings ?? "" }, temporary.path, ports);
    const directory = `${temporary.path}/tree`;
    await exportCommit(commit.repository, commit.id, directory, temporary.path, ports);
    const { id: revision, time, warnings } = commit;
    const label = refLabel(source.ref, revision) + commit.remark;
    const commitsSince = (live: string): Promise<Commits | null> => commitsBetween(commit.repository.git, live, revision);
    const about = { revision, label, time, warnings, commitsSince, close: () => temporary.remove() };
    return await contentsOf(await folderOf(directory, source.subdirectory), about, options, ports.signal);
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

interface Commit {
  readonly id: string;
  readonly time: number;
  readonly repository: Repository;
  readonly warnings: readonly string[];
  /** Why it is this one, behind its label; may be empty. */
  readonly remark: string;
}

async function findCommit(
  source: GitSource & { readonly settings: string },
  scratch: string,
  ports: SourcePorts,
): Promise<Commit> {
  const { repository, resolved } = await (isRemote(source.repository) ? remoteCommit : localCommit)(source, scratch, ports);
  const remarks = isRemote(source.repository) ? [] : await remarksOn(repository, resolved.commit, source.settings);
  const time = await commitTime(repository.git, resolved.commit);
  const remark = resolved.commit === source.tested ? await testedRemark(repository, source.ref, source.tested) : "";
  return { id: resolved.commit, time, repository, warnings: [...resolved.remarks, ...remarks], remark };
}

async function testedRemark({ git }: Repository, ref: string, tested: string): Promise<string> {
  const now = await resolveRef(git, ref);
  const moved = now === null || now.commit === tested ? "" : `; ${ref} is at ${now.commit.slice(0, 7)} by now`;
  return `, the commit of this CI job${moved}`;
}

interface Located {
  readonly repository: Repository;
  readonly resolved: Resolved;
}

async function localCommit(source: GitSource, _scratch: string, ports: SourcePorts): Promise<Located> {
  const repository = await openRepository(source.repository, ports);
  // A repository that has no such commit is not the one that was tested.
  const tested = source.tested === undefined ? null : await resolveRef(repository.git, source.tested);
  const resolved = tested ?? (await resolveRef(repository.git, source.ref));
  if (resolved !== null) return { repository, resolved };
  throw await unknownRef(repository.git, source.ref, repository.path, `git -C ${typed(repository.path)} fetch --all --tags`);
}

async function remoteCommit(source: GitSource, scratch: string, ports: SourcePorts): Promise<Located> {
  const bare = await cloneRemote(source.repository, `${scratch}/repository.git`, ports);
  const ref = source.tested ?? source.ref;
  const resolved = (await resolveRef(bare.git, ref)) ?? (await fetched(bare, ref));
  const url = publicUrl(source.repository);
  if (resolved === null) throw await unknownRef(bare.git, ref, url, `git push ${typed(url)} ${typed(source.ref)}`);
  return { repository: await withSubmodules(bare, resolved.commit, `${scratch}/checkout`, ports), resolved };
}

async function fetched(repository: Repository, ref: string): Promise<Resolved | null> {
  await fetchRef(repository, ref);
  return resolveRef(repository.git, ref);
}
