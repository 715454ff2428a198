import { isAbsolute, relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { ciJob } from "../library/ci.ts";
import { githubStyle } from "../report/ci/github.ts";
import { gitlabStyle } from "../report/ci/gitlab.ts";
import { jenkinsStyle } from "../report/ci/jenkins.ts";
import type { CiStyle, FilePlace } from "../report/ci/style.ts";
import type { GlobalFlags } from "./options.ts";
import type { World } from "./world.ts";

/** How the log is written: as `--ci` says, else as the CI system wants it that we run in. Null where nobody but people reads it. */
export function ciStyleOf(world: World, { ci = "auto" }: Pick<GlobalFlags, "ci">): CiStyle | null {
  // Whoever watches on a terminal has nothing of it.
  const name = ci === "auto" ? (world.stdout.isTTY ? null : ciJob(world.env)?.system) : ci;
  if (name === "github") return githubStyle(world.token);
  if (name === "gitlab") return gitlabStyle(world.now);
  return name === "jenkins" ? jenkinsStyle() : null;
}

/**
 * Whether the system that must not show secrets is told them. It is told in the log itself, which it takes them out of: nobody else may read that
 * who would not, so it must be there, and the log must not be a file. They go to standard error, which is piped to others less often.
 */
export function mayTellSecrets({ env, stderr }: World): boolean {
  return ciJob(env)?.system === "github" && !stderr.isFile && !stderr.isTTY;
}

/** What is wrong in which file, as the system names files: from the top of what it checked out. */
export function placesIn(error: unknown, { env, directory }: World): readonly FilePlace[] {
  if (!(error instanceof UserError)) return [];
  const top = env["GITHUB_WORKSPACE"] ?? "";
  return error.places.map((place) => {
    const inside = top === "" ? "" : relative(top, resolve(directory ?? "/", place.file));
    return inside === "" || inside.startsWith("../") || isAbsolute(inside) ? place : { ...place, file: inside };
  });
}
