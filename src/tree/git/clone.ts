import { createHash, randomBytes } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import type { UserError } from "../../errors.ts";
import type { Ran } from "../../host/spawn.ts";
import { typed } from "../names.ts";
import { sourceProblem } from "../problem.ts";
import { gitLinks } from "./git-link.ts";
import { gitFailure, gitIn, gitOutput, outputLines, runProgram } from "./git.ts";
import type { SourcePorts } from "./git.ts";
import type { Repository } from "./repository.ts";

/** Whether `source.git` means a repository elsewhere: local ones are absolute paths. */
export function isRemote(repository: string): boolean {
  return !repository.startsWith("/");
}

/** A URL for messages: without the password or token it may hold. Over HTTP the user's name is often the token. */
export function publicUrl(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/iu, "$1").replace(/^([a-z][\w+.-]*:\/\/[^/:@]*):[^/]*@/iu, "$1@");
}

/**
 * Gets a repository into a private bare clone at `path`, with the user's own credentials. Objects that an earlier clone brought are
 * taken from a mirror in the cache; what is right never depends on the mirror, which may be absent, old, or being written by others.
 *
 * @throws UserError if git cannot get it
 */
export async function cloneRemote(url: string, path: string, ports: SourcePorts): Promise<Repository> {
  const mirror = mirrorPath(url, ports);
  const known = (await stat(mirror).catch(() => null)) !== null;
  let ran = await clone(url, path, known ? ["--reference", mirror] : [], ports);
  if (ran.code !== 0 && known) ran = await clone(url, path, [], ports);
  if (ran.code !== 0) throw unreachable(url, ran);
  await updateMirror(mirror, known, path, ports);
  return { git: gitIn(path, ports), path, isWorkTree: false };
}

/** Fetches one name or commit that a clone does not bring, such as `refs/pull/7/head`; whether it is there then says `rev-parse`. */
export async function fetchRef({ git }: Repository, ref: string): Promise<void> {
  const name = /^[\da-f]{40,64}$/u.test(ref) ? "refs/symlink-helper/asked" : ref;
  if (name.startsWith("refs/")) await git("fetch", "--quiet", "--no-tags", "origin", `+${ref}:${name}`);
}

/** Gives a clone the submodules of a commit, if it has any, by checking it out at `path`. */
export async function withSubmodules(
  repository: Repository,
  commit: string,
  path: string,
  ports: SourcePorts,
): Promise<Repository> {
  if ((await gitLinks(repository.git, commit)).length === 0) return repository;
  await gitOutput(repository.git, ...noHooks, "worktree", "add", "--quiet", "--detach", path, commit);
  const git = gitIn(path, ports);
  await gitOutput(git, ...noHooks, "submodule", "--quiet", "update", "--init", "--recursive");
  return { git, path, isWorkTree: true };
}

const noHooks = ["-c", "core.hooksPath=/dev/null"];

function mirrorPath(url: string, ports: SourcePorts): string {
  return `${ports.cache}/git/${createHash("sha256").update(url).digest("hex").slice(0, 32)}.git`;
}

async function clone(url: string, path: string, reference: readonly string[], ports: SourcePorts): Promise<Ran> {
  await rm(path, { recursive: true, force: true });
  return runProgram("git", ["clone", "--quiet", "--bare", ...noHooks, ...reference, "--", url, path], ports);
}

// Into the mirror goes what the clone has now. Nobody waits for anybody: the first mirror is renamed into place, whoever comes second
// drops his; two that update at once are two fetches, of which one may find a ref locked and give up. Nothing is ever deleted from it
// but refs: a clone may be reading.
async function updateMirror(mirror: string, known: boolean, from: string, ports: SourcePorts): Promise<void> {
  if (known) {
    const refs = "+refs/*:refs/*";
    await gitIn(mirror, ports)(
      "-c",
      "gc.auto=0",
      "-c",
      "maintenance.auto=false",
      "fetch",
      "--quiet",
      "--prune",
      "--no-write-fetch-head",
      from,
      refs,
    );
    return;
  }
  const fresh = `${mirror}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(`${ports.cache}/git`, { recursive: true, mode: 0o700 });
    const ran = await runProgram("git", ["clone", "--quiet", "--mirror", "--", from, fresh], ports);
    if (ran.code === 0) await rename(fresh, mirror);
  } catch {
    ports.signal?.throwIfAborted();
    // A cache that cannot be written makes the next deploy slower, not this one wrong.
  } finally {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
  }
}

function unreachable(url: string, ran: Ran): UserError {
  const shown = publicUrl(url);
  // git leaves them out of some messages, not of all.
  const credentials = /^[a-z][\w+.-]*:\/\/([^/]*@)/iu.exec(url)?.[1] ?? "";
  const output = outputLines(ran).map((line) => (credentials === "" ? line : line.replaceAll(credentials, "")));
  const reason = output.at(-1) ?? gitFailure(["clone"], ran).message;
  return sourceProblem(`git could not get ${shown}: ${reason}`, `See what git says to: git ls-remote ${typed(shown)}`, output);
}
