import { sanitize } from "../report/sanitize.ts";

/** Who runs a command and where, for lock, ledger and report. */
export interface Identity {
  /** The person a CI system names, or `user@host`. */
  readonly by: string;
  /** The address of the CI run, or the controller's name. */
  readonly origin: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the identity from what CI systems put into the environment. One line each, whatever the environment holds. */
export function identify(env: Env, user: string, hostname: string): Identity {
  const system = systems.find((each) => isSet(env[each.marker]));
  const by = system?.by.map((name) => env[name]).find(isSet);
  return {
    by: sanitize(by ?? `${user}@${hostname}`),
    origin: sanitize(system?.origin(env) ?? hostname),
  };
}

interface CiSystem {
  /** Set in every job of this system. */
  readonly marker: string;
  /** Variables that name the person, the best first. */
  readonly by: readonly string[];
  readonly origin: (env: Env) => string | undefined;
}

// Sources: GitHub "Variables reference", GitLab "Predefined CI/CD variables", Jenkins "Using environment variables" and its
// user build vars plugin, CircleCI "Built-in environment variables", Buildkite "Environment variables", Azure Pipelines "Predefined
// variables", Bitbucket "Variables and secrets". Forgejo and Gitea set
// GitHub's.
const systems: readonly CiSystem[] = [
  { marker: "GITHUB_ACTIONS", by: ["GITHUB_ACTOR"], origin: githubRun },
  {
    marker: "GITLAB_CI",
    by: ["GITLAB_USER_LOGIN"],
    origin: (env) => nonEmpty(env["CI_JOB_URL"]) ?? nonEmpty(env["CI_PIPELINE_URL"]),
  },
  { marker: "CIRCLECI", by: ["CIRCLE_USERNAME"], origin: (env) => nonEmpty(env["CIRCLE_BUILD_URL"]) },
  { marker: "BUILDKITE", by: ["BUILDKITE_BUILD_CREATOR"], origin: (env) => nonEmpty(env["BUILDKITE_BUILD_URL"]) },
  { marker: "TF_BUILD", by: ["BUILD_REQUESTEDFOR"], origin: azureRun },
  // Whoever started it has no name there, only an id.
  { marker: "BITBUCKET_BUILD_NUMBER", by: [], origin: bitbucketRun },
  { marker: "BUILD_URL", by: ["BUILD_USER_ID", "BUILD_USER"], origin: (env) => nonEmpty(env["BUILD_URL"]) },
];

function githubRun(env: Env): string | undefined {
  const parts = [env["GITHUB_SERVER_URL"], env["GITHUB_REPOSITORY"], "actions/runs", env["GITHUB_RUN_ID"]];
  return parts.every(isSet) ? parts.join("/") : undefined;
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

function nonEmpty(value: string | undefined): string | undefined {
  return isSet(value) ? value : undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
