import type { ResolvedConfig } from "../config/resolved.ts";
import type { Commits } from "../report/report.ts";
import { isRemote } from "./git/clone.ts";
import { commitsBetween } from "./git/commits.ts";
import type { SourcePorts } from "./git/git.ts";
import { openRepository } from "./git/repository.ts";

/**
 * What lies between two commits, where the source is a repository on this machine that knows both. Nothing is fetched for it. Null where it
 * cannot be told; never fails.
 */
export async function commitsIn(
  source: ResolvedConfig["source"],
  from: string,
  to: string,
  ports: SourcePorts,
): Promise<Commits | null> {
  if (source.kind !== "git" || isRemote(source.repository)) return null;
  try {
    return await commitsBetween((await openRepository(source.repository, ports)).git, from, to);
  } catch {
    return null;
  }
}
