import { afterEach, beforeEach, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let project: Project;
let tested = "";
let newest = "";
beforeEach(() => {
  project = openProject();
  project.configure({ source: { git: ".", ref: "main" } });
  tested = project.commit("what the job tested");
  project.write({ "index.html": "<p>two</p>\n" });
  newest = project.commit("somebody pushed meanwhile");
});
afterEach(() => project.close());

const github = (branch = "main"): Record<string, string> => ({
  GITHUB_ACTIONS: "true",
  GITHUB_SHA: tested,
  GITHUB_REF: `refs/heads/${branch}`,
});

test.each([
  ["GitHub Actions", () => github()],
  ["GitLab CI", () => ({ GITLAB_CI: "true", CI_COMMIT_SHA: tested, CI_COMMIT_BRANCH: "main" })],
  ["Jenkins", () => ({ JENKINS_URL: "https://jenkins", GIT_COMMIT: tested, GIT_BRANCH: "origin/main" })],
])("in %s the commit of the job is deployed, also when the branch has moved on, and that is said", async (_, env) => {
  const { code, stdout, stderr } = await project.slh(["deploy", "--report", "r.json"], { env: env() });
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("error")]);
  const place = `main (${tested.slice(0, 7)}), the commit of this CI job; main is at ${newest.slice(0, 7)} by now`;
  expect(stdout).toContain(place);
  expect((await project.json(["status"])).hosts[0]).toMatchObject({ live: expect.any(String) });
  expect((await project.json(["releases"])).hosts[0].releases[0]).toMatchObject({ revision: tested });
});

test("a plan says the same as the deploy does", async () => {
  expect(await project.json(["plan"], { env: github() })).toMatchObject({ code: 0, revision: tested });
});

test.each([
  ["--ref", () => github(), ["--ref", "main"]],
  ["--ci none", () => github(), ["--ci", "none"]],
  ["another branch", () => github("feature"), []],
  ["a tag", () => ({ ...github(), GITHUB_REF: "refs/tags/main" }), []],
  ["a commit that this repository has not", () => ({ ...github(), GITHUB_SHA: "0".repeat(40) }), []],
  ["what is no commit", () => ({ ...github(), GITHUB_SHA: "--upload-pack=touch x" }), []],
  ["a change request of Jenkins", () => ({ JENKINS_URL: "x", GIT_COMMIT: tested, BRANCH_NAME: "main", CHANGE_ID: "7" }), []],
] as const)("%s: what the ref means now", async (_, env, args) => {
  expect(await project.json(["deploy", ...args], { env: env() })).toMatchObject({ code: 0, revision: newest });
});
