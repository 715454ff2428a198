import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const current = (name: string): string => readFileSync(join(project.appRoot, "current", name), "utf8");

/** A tar.gz of a folder of the project, and its digest. */
function pack(folder: string): { file: string; sha256: string } {
  const file = join(project.directory, "../artifact of ci.tar.gz");
  execFileSync("tar", ["-czf", file, "-C", project.directory, folder]);
  return { file, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}

describe("what a CI job built, instead of the configured source", () => {
  test("an archive: its digest is the revision, and the configured build does not run", async () => {
    project.configure({ tasks: { build: "exit 1" } });
    const { file, sha256 } = pack("lib");
    const args = ["--archive", file, "--sha256", sha256, "--strip", "1"];
    expect(await project.json(["plan", ...args])).toMatchObject({
      code: 0,
      revision: `sha256:${sha256}`,
      files: 1,
      outcome: "deploy",
    });
    expect(await project.json(["deploy", ...args])).toMatchObject({ code: 0, revision: `sha256:${sha256}`, outcome: "deployed" });
    expect([current("deep/code.js"), JSON.parse(current(".release.json")).revision]).toEqual(["1;\n", `sha256:${sha256}`]);
    expect(await project.json(["deploy", ...args])).toMatchObject({ code: 0, outcome: "unchanged", commits: null });
  });

  test("a directory, relative to where one is", async () => {
    expect(await project.json(["deploy", "--directory", "lib"])).toMatchObject({ code: 0, revision: null });
    expect(current("deep/code.js")).toBe("1;\n");
  });

  test("contradictions and a wrong digest are usage errors, and no host is touched", async () => {
    const { file, sha256 } = pack("lib");
    const rows: [args: string[], message: string][] = [
      [["--archive", file], "--archive needs --sha256"],
      [["--archive", "nowhere.tgz"], "The archive nowhere.tgz does not exist."],
      [["--archive", "lib"], "--directory lib"],
      [["--sha256", sha256], "--sha256 is about an archive"],
      [["--strip", "1"], "--strip is about an archive"],
      [["--archive", file, "--sha256", "abc"], "wants 64 hex digits"],
      [["--archive", file, "--sha256", "0".repeat(64)], "is not what was meant"],
      [["--archive", file, "--sha256", sha256, "--directory", "lib"], "--directory and --archive exclude each other"],
      [["--directory", "lib", "--ref", "main"], "--directory and --ref exclude each other"],
    ];
    for (const [args, message] of rows) {
      const { code, stderr } = await project.slh(["deploy", ...args]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(existsSync(project.appRoot)).toBe(false);
  });

  test("deploy --dry-run is plan", async () => {
    expect(await project.json(["deploy", "--dry-run"])).toMatchObject({ code: 0, outcome: "deploy", hosts: [{ live: null }] });
    expect(existsSync(project.appRoot)).toBe(false);
  });
});

test("only a folder of the repository is deployed, and built in, where it says so", async () => {
  project.configure({ source: { git: ".", subdirectory: "lib" }, tasks: { build: "cp ../index.html built.html" } });
  expect(await project.json(["deploy"])).toMatchObject({ code: 0 });
  expect([current("deep/code.js"), current("built.html"), existsSync(join(project.appRoot, "current/index.html"))]).toEqual([
    "1;\n",
    "<p>one</p>\n",
    false,
  ]);
});

describe("the commits between what is live and what will be", () => {
  test("forwards, backwards and to another branch, capped", async () => {
    const first = project.git("rev-parse", "HEAD");
    expect(await project.json(["deploy"])).toMatchObject({ commits: null });
    project.write({ "index.html": "2" });
    const second = project.commit('Say "hello" \u001B[31m');
    const forwards = { from: first, to: second, removed: { count: 0, newest: [] } };
    const hello = { count: 1, newest: [{ commit: second, subject: expect.stringContaining('Say "hello"') as string }] };
    expect(await project.json(["plan"])).toMatchObject({ commits: { ...forwards, added: hello } });
    expect(await project.json(["deploy"])).toMatchObject({ commits: { ...forwards, added: hello } });
    expect(await project.json(["plan", "--ref", first])).toMatchObject({ commits: { added: { count: 0 }, removed: hello } });
    project.git("checkout", "--quiet", "-b", "other", first);
    for (let number = 1; number <= 22; number += 1) project.commit(`number ${number}`);
    const { commits } = await project.json(["plan"]);
    expect([commits.added.count, commits.added.newest.length, commits.added.newest[0].subject, commits.removed.count]).toEqual([
      22,
      20,
      "number 22",
      1,
    ]);
    const { stdout } = await project.slh(["plan"]);
    expect(stdout).toContain("22 commits more than what is live");
    expect(stdout).toContain("and 2 more");
    expect(stdout).not.toContain("\u001B[31m");
  });

  test("what this repository does not know is not told of", async () => {
    await project.json(["deploy"]);
    const before = project.git("rev-parse", "HEAD");
    project.git("checkout", "--quiet", "--orphan", "fresh");
    project.commit("anew");
    project.git("branch", "-D", "main");
    project.git("reflog", "expire", "--expire=now", "--all");
    project.git("gc", "--quiet", "--prune=now");
    expect(() => project.git("cat-file", "-e", before)).toThrow();
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, commits: null });
  });
});
