import { chmodSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { modeOf } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
afterEach(() => project.close());

const current = (path: string): string => join(realpathSync(join(project.appRoot, "current")), path);

async function deploy(settings: Readonly<Record<string, unknown>>): Promise<void> {
  project.configure(settings);
  const report = await project.json(["deploy", "--force"]);
  expect(report, JSON.stringify(report)).toMatchObject({ code: 0, outcome: "deployed" });
}

test("modes are those of the configuration, whatever the work tree, the umask here and there", async () => {
  project = openProject();
  chmodSync(join(project.directory, "index.html"), 0o600);
  chmodSync(join(project.directory, "lib"), 0o777);
  await deploy({});
  expect(["index.html", "lib", "lib/deep", "bin/run", "."].map((path) => modeOf(current(path)))).toEqual([
    "0644",
    "0755",
    "0755",
    "0755",
    "0755",
  ]);
  await deploy({ permissions: { dirs: "0750", files: "0640" } });
  expect(["index.html", "lib", "lib/deep", "bin/run", "."].map((path) => modeOf(current(path)))).toEqual([
    "0640",
    "0750",
    "0750",
    "0750",
    "0750",
  ]);
});

test("what is executable follows git, also where only that changes", async () => {
  project = openProject();
  await deploy({});
  project.write({ "index.html": { executable: "<p>one</p>\n" } });
  chmodSync(join(project.directory, "bin/run"), 0o644);
  project.commit();
  await deploy({});
  expect(["index.html", "bin/run"].map((path) => modeOf(current(path)))).toEqual(["0755", "0644"]);
});

test("writable directories are made if missing and can be written by the group; the rest cannot", async () => {
  project = openProject();
  project.write({ "var/cache/.gitkeep": "" });
  project.commit();
  await deploy({
    permissions: { writable: ["var/cache", "tmp/new/deep"], group: "1" },
    tasks: { prepare: "touch var/cache/made" },
  });
  expect(["var", "var/cache", "tmp/new/deep"].map((path) => modeOf(current(path)))).toEqual(["0755", "2775", "2775"]);
  expect([statSync(current("var/cache")).gid, statSync(current("index.html")).gid]).toEqual([1, 1]);
  // A file that appears or goes in a writable directory is no damage of the release.
  writeFileSync(current("var/cache/later"), "x");
  await deploy({ permissions: { writable: ["var/cache", "tmp/new/deep"] } });
  expect(await project.json(["rollback"])).toMatchObject({ code: 0, outcome: "rolled-back" });
});

test("umask is that of every task", async () => {
  project = openProject();
  await deploy({ permissions: { umask: "0027" }, tasks: { prepare: "touch file; mkdir dir; umask >mask" } });
  expect([modeOf(current("file")), modeOf(current("dir"))]).toEqual(["0640", "0750"]);
  await deploy({ permissions: { umask: "0002" }, tasks: { prepare: "touch file; mkdir dir" } });
  expect([modeOf(current("file")), modeOf(current("dir"))]).toEqual(["0664", "0775"]);
});

test("a group that does not exist is told, and nothing is changed", async () => {
  project = openProject();
  project.configure({ permissions: { group: "no such group" } });
  const report = await project.json(["deploy"]);
  expect(report).toMatchObject({ code: 1, outcome: "failed" });
  expect(report.hosts[0].error.message).toContain("no such group");
});

test("what only we need is closed to others: spools of tasks, our own directories to write to", async () => {
  project = openProject();
  await deploy({
    tasks: {
      prepare:
        'umask 0; stat -c "%a %n" "$SLH_ROOT"/.symlink-helper/run "$SLH_ROOT"/.symlink-helper/run/* "$SLH_ROOT"/.symlink-helper/run/*/* >modes',
    },
  });
  const lines = readFileSync(current("modes"), "utf8").trim().split("\n");
  const modes = new Map(lines.map((line) => [line.replace(/^.*\//, ""), line.replace(/ .*/s, "")]));
  expect([modes.get("run"), modes.get("output")]).toEqual(["700", "600"]);
  expect(modeOf(join(project.appRoot, ".symlink-helper/run"))).toBe("0700");
});

describeHosts("over ssh", () => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 1 })));
  afterAll(async () => fleet.stop());

  test("modes are the same there", async () => {
    project = openProject({ fleet });
    await deploy({ permissions: { dirs: "2750", files: "0440", umask: "0007" }, tasks: { prepare: "umask >mask" } });
    const here = (path: string): string => join(realpathSync(join(project.roots[0] ?? "", "current")), path);
    expect(["index.html", "lib/deep", "bin/run"].map((path) => modeOf(here(path)))).toEqual(["0440", "2750", "0550"]);
  });
});
