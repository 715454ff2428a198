import { expect, test } from "vitest";
import { identify } from "../../src/library/identity.ts";

const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_ACTOR: "ann",
  GITHUB_SERVER_URL: "https://github.example.org",
  GITHUB_REPOSITORY: "shop/web",
  GITHUB_RUN_ID: "17",
};

test.each([
  ["a person", {}, "ann@laptop", "laptop"],
  ["GitHub Actions", github, "ann", "https://github.example.org/shop/web/actions/runs/17"],
  [
    "GitHub Actions without an actor",
    { ...github, GITHUB_ACTOR: "" },
    "ann@laptop",
    "https://github.example.org/shop/web/actions/runs/17",
  ],
  ["GitHub Actions without a run", { GITHUB_ACTIONS: "true", GITHUB_ACTOR: "bob" }, "bob", "laptop"],
  ["GitHub's variables outside of a job", { ...github, GITHUB_ACTIONS: "" }, "ann@laptop", "laptop"],
  ["GitLab CI", { GITLAB_CI: "true", GITLAB_USER_LOGIN: "bob", CI_JOB_URL: "https://gitlab/j/1" }, "bob", "https://gitlab/j/1"],
  ["CircleCI", { CIRCLECI: "true", CIRCLE_USERNAME: "bob", CIRCLE_BUILD_URL: "https://circle/1" }, "bob", "https://circle/1"],
  [
    "Buildkite",
    { BUILDKITE: "true", BUILDKITE_BUILD_CREATOR: "Bob B", BUILDKITE_BUILD_URL: "https://bk/1" },
    "Bob B",
    "https://bk/1",
  ],
  [
    "GitLab CI outside of a job",
    { GITLAB_CI: "true", CI_PIPELINE_URL: "https://gitlab/p/1" },
    "ann@laptop",
    "https://gitlab/p/1",
  ],
  [
    "Azure Pipelines",
    {
      TF_BUILD: "True",
      BUILD_REQUESTEDFOR: "Bob B",
      SYSTEM_COLLECTIONURI: "https://dev.azure.com/shop/",
      SYSTEM_TEAMPROJECT: "The shop",
      BUILD_BUILDID: "7",
    },
    "Bob B",
    "https://dev.azure.com/shop/The%20shop/_build/results?buildId=7",
  ],
  ["Azure Pipelines without a build", { TF_BUILD: "True" }, "ann@laptop", "laptop"],
  [
    "Bitbucket",
    { BITBUCKET_BUILD_NUMBER: "9", BITBUCKET_REPO_FULL_NAME: "shop/web" },
    "ann@laptop",
    "https://bitbucket.org/shop/web/pipelines/results/9",
  ],
  ["Jenkins", { BUILD_URL: "https://jenkins/1", BUILD_USER_ID: "bob" }, "bob", "https://jenkins/1"],
  ["Jenkins without its user plugin", { BUILD_URL: "https://jenkins/1" }, "ann@laptop", "https://jenkins/1"],
  ["a name that would break a line", { GITLAB_CI: "1", GITLAB_USER_LOGIN: "bob\nroot\u001b[2J" }, "bob\\nroot", "laptop"],
])("%s", (_, env, by, origin) => {
  expect(identify(env, "ann", "laptop")).toEqual({ by, origin });
});
