import type { JobPages } from "../report/files/links.ts";
import { sanitize } from "../report/sanitize.ts";

/** A job of a CI system, as its environment tells of it. */
export interface CiJob {
  readonly system: CiSystemName;
  /** The person who started it; null where it does not say. */
  readonly by: string | null;
  /** Address of the run; null where it does not say. */
  readonly run: string | null;
  /** What the job was started for; null where it is no branch (a tag, a pull request), or the system does not say. */
  readonly tested: Tested | null;
}

type CiSystemName = "github" | "gitlab" | "jenkins" | "circleci" | "buildkite" | "azure" | "bitbucket";

/** The commit that a job checked out and tested, and its branch. */
export interface Tested {
  readonly commit: string;
  readonly branch: string;
  /** Addresses under which the job knows its repository. */
  readonly repositories: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** The job that we run in; null where we run in none. One line each, whatever the environment holds. */
export function ciJob(env: Env): CiJob | null {
  const system = systems.find(({ markers }) => markers.some((marker) => isSet(env[marker])));
  if (system === undefined) return null;
  const by = system.by.map((name) => env[name]).find(isSet);
  const run = system.run(env);
  return {
    system: system.name,
    by: by === undefined ? null : sanitize(by),
    run: run === undefined ? null : sanitize(run),
    tested: testedOf(system.tested?.(env)),
  };
}

/** Addresses of the job that we run in, where its system shows links on the page of a job. */
export function jobPages(env: Env): JobPages {
  const run = ciJob(env)?.run ?? null;
  const [commit, project] = [env["CI_COMMIT_SHA"], env["CI_PROJECT_URL"]];
  return { run, compare: isSet(commit) && isSet(project) ? { commit, address: `${project}/-/compare/` } : null };
}

interface CiSystem {
  readonly name: CiSystemName;
  /** One of these is set in every job of this system. */
  readonly markers: readonly string[];
  /** Variables that name the person, the best first. */
  readonly by: readonly string[];
  readonly run: (env: Env) => string | undefined;
  readonly tested?: (env: Env) => Partial<Tested>;
}

// Sources: GitHub "Variables reference", GitLab "Predefined CI/CD variables", Jenkins "Using environment variables" and its
// user build vars plugin, CircleCI "Built-in environment variables", Buildkite "Environment variables", Azure Pipelines "Predefined
// variables", Bitbucket "Variables and secrets". Forgejo and Gitea set
// GitHub's.
const systems: readonly CiSystem[] = [
  { name: "github", markers: ["GITHUB_ACTIONS"], by: ["GITHUB_ACTOR"], run: githubRun, tested: githubTested },
  {
    name: "gitlab",
    markers: ["GITLAB_CI"],
    by: ["GITLAB_USER_LOGIN"],
    run: (env) => nonEmpty(env["CI_JOB_URL"]) ?? nonEmpty(env["CI_PIPELINE_URL"]),
    tested: (env) => tested(env["CI_COMMIT_SHA"], env["CI_COMMIT_BRANCH"], env["CI_PROJECT_URL"], env["CI_REPOSITORY_URL"]),
  },
  { name: "circleci", markers: ["CIRCLECI"], by: ["CIRCLE_USERNAME"], run: (env) => nonEmpty(env["CIRCLE_BUILD_URL"]) },
  {
    name: "buildkite",
    markers: ["BUILDKITE"],
    by: ["BUILDKITE_BUILD_CREATOR"],
    run: (env) => nonEmpty(env["BUILDKITE_BUILD_URL"]),
  },
  { name: "azure", markers: ["TF_BUILD"], by: ["BUILD_REQUESTEDFOR"], run: azureRun },
  // Whoever started it has no name there, only an id.
  { name: "bitbucket", markers: ["BITBUCKET_BUILD_NUMBER"], by: [], run: bitbucketRun },
  {
    name: "jenkins",
    markers: ["JENKINS_URL", "BUILD_URL"],
    by: ["BUILD_USER_ID", "BUILD_USER"],
    run: (env) => nonEmpty(env["BUILD_URL"]),
    tested: (env) => tested(env["GIT_COMMIT"], jenkinsBranch(env), env["GIT_URL"]),
  },
];

function githubRun(env: Env): string | undefined {
  const parts = [env["GITHUB_SERVER_URL"], env["GITHUB_REPOSITORY"], "actions/runs", env["GITHUB_RUN_ID"]];
  return parts.every(isSet) ? parts.join("/") : undefined;
}

// Of `workflow_run` and `schedule` the commit is the newest of the default branch, which is what such a job checks out.
function githubTested(env: Env): Partial<Tested> {
  const branch = /^refs\/heads\/(.+)$/u.exec(env["GITHUB_REF"] ?? "")?.[1];
  return tested(env["GITHUB_SHA"], branch, [env["GITHUB_SERVER_URL"], env["GITHUB_REPOSITORY"]].filter(isSet).join("/"));
}

function azureRun(env: Env): string | undefined {
  const [collection, project, id] = [env["SYSTEM_COLLECTIONURI"], env["SYSTEM_TEAMPROJECT"], env["BUILD_BUILDID"]];
  if (!isSet(collection) || !isSet(project) || !isSet(id)) return undefined;
  return `${collection.replace(/\/*$/u, "")}/${encodeURIComponent(project)}/_build/results?buildId=${id}`;
}

function bitbucketRun(env: Env): string | undefined {
  const [repository, number] = [env["BITBUCKET_REPO_FULL_NAME"], env["BITBUCKET_BUILD_NUMBER"]];
  return isSet(repository) && isSet(number) ? `https://bitbucket.org/${repository}/pipelines/results/${number}` : undefined;
}

/** In a multibranch job the branch itself, in any other the one of the remote. Of a change request BRANCH_NAME is no branch: `PR-7`. */
function jenkinsBranch(env: Env): string | undefined {
  if (isSet(env["CHANGE_ID"]) || isSet(env["TAG_NAME"])) return undefined;
  return nonEmpty(env["BRANCH_NAME"]) ?? env["GIT_BRANCH"]?.replace(/^(?:refs\/(?:heads|remotes)\/)?(?:origin\/)?/u, "");
}

function tested(
  commit: string | undefined,
  branch: string | undefined,
  ...repositories: readonly (string | undefined)[]
): Partial<Tested> {
  return { ...(isSet(commit) && { commit }), ...(isSet(branch) && { branch }), repositories: repositories.filter(isSet) };
}

function testedOf(said: Partial<Tested> = {}): Tested | null {
  const { commit = "", branch = "", repositories = [] } = said;
  return /^[\da-f]{40}(?:[\da-f]{24})?$/u.test(commit) && branch !== "" ? { commit, branch, repositories } : null;
}

function nonEmpty(value: string | undefined): string | undefined {
  return isSet(value) ? value : undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
