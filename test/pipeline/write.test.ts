import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENVIRONMENTS, openPipelineProject, type PipelineProject } from "./project.ts";

let project: PipelineProject;
beforeEach(() => void (project = openPipelineProject({ environments: ENVIRONMENTS }, "app/symlink-helper.yaml")));
afterEach(() => project.close());

const at = (path: string): string => join(project.directory, path);
const everything = (): readonly string[] =>
  readdirSync(project.directory, { recursive: true, encoding: "utf8" })
    .filter((path) => !/^\.git(?:\/|$)/u.test(path))
    .toSorted();

const FILES = [
  ["github", [".github/workflows/deploy.yml", ".github/workflows/rollback.yml"]],
  ["gitlab", [".gitlab-ci.yml"]],
  ["jenkins", ["Jenkinsfile"]],
] as const;

describe.each(FILES)("%s", (system, files) => {
  test("is written at the top of the repository, as --stdout shows it, and says so", async () => {
    const { files: shown } = await project.shown(system);
    const { code, stdout, stderr } = await project.ci(system);
    expect([code, stderr]).toEqual([0, ""]);
    for (const path of files) {
      expect(readFileSync(at(path), "utf8")).toBe(shown.find((file) => file.path === path)?.text);
      expect(stdout).toContain(path);
    }
    expect(shown).toHaveLength(files.length);
    expect(shown.every(({ text }) => text.includes("app/symlink-helper.yaml"))).toBe(true);
  });

  test.each(files)("P9: where %s is there, none is written", async (taken) => {
    project.write({ [taken]: "mine\n" });
    const before = everything();
    const { code, stdout, stderr } = await project.ci(system);
    expect([code, stdout, everything()]).toEqual([2, "", before]);
    expect(stderr).toContain(`There is already: ${taken}.`);
    expect(stderr).toContain(`symlink-helper ci ${system} --stdout`);
    expect(readFileSync(at(taken), "utf8")).toBe("mine\n");
    expect((await project.ci(system, "--stdout")).code).toBe(0);
  });

  test("P9: nothing is written through a link", async () => {
    const [path] = files.slice(-1);
    mkdirSync(dirname(at(path ?? "")), { recursive: true });
    symlinkSync("../elsewhere", at(path ?? ""));
    const before = everything();
    expect([(await project.ci(system)).code, everything()]).toEqual([2, before]);
  });
});

test("what cannot be written leaves nothing: no file, no folder", async () => {
  project.write({ ".github": "a file where a folder should be" });
  const before = everything();
  const { code, stderr } = await project.ci("github");
  expect([code, everything()]).toEqual([2, before]);
  expect(stderr).toContain("cannot be written");
});

test("--stdout writes no file", async () => {
  const before = everything();
  for (const [system] of FILES) expect((await project.ci(system, "--stdout")).code).toBe(0);
  expect(everything()).toEqual(before);
  expect(existsSync(at(".github"))).toBe(false);
});
