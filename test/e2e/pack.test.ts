import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Json, openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const archive = (name = "shop it's.tar.gz"): string => join(project.directory, "..", name);
const pack = (...args: readonly string[]): Promise<Json> => project.json(["pack", "--out", archive(), ...args]);
const tar = (...args: readonly string[]): string => spawnSync("tar", [...args], { encoding: "utf8" }).stdout;

test("what is deployed from it is what a deploy from the source would have made: files, exec bits, links, commit", async () => {
  project.configure({ tasks: { build: "mkdir dist && echo built > dist/app.js && ln -s dist/app.js link" } });
  project.write({ ["\xc3\xb6".repeat(120)]: "long", "a/b/empty": "" });
  const revision = project.commit("to be packed");
  const packed = await pack();
  expect(packed).toMatchObject({ code: 0, revision, file: archive(), warnings: [] });
  const again = await project.json(["pack", "--out", archive("again.tar.gz")]);
  expect([again.sha256, again.tree]).toEqual([packed.sha256, packed.tree]);
  const built = await project.json(["deploy"]);
  expect(built).toMatchObject({ code: 0, tree: packed.tree });
  // The branch moves on, and nothing can be built any more.
  project.write({ "index.html": "<p>later</p>\n" });
  project.commit();
  project.configure({ tasks: { build: "exit 1" } });
  const deployed = await project.json(["deploy", "--archive", archive(), "--sha256", packed.sha256, "--force"]);
  expect(deployed).toMatchObject({ code: 0, outcome: "deployed", tree: packed.tree, revision });
  const live = join(project.appRoot, "current");
  expect(readFileSync(join(live, "dist/app.js"), "utf8")).toBe("built\n");
  expect(readlinkSync(join(live, "link"))).toBe("dist/app.js");
  expect(readFileSync(join(live, "REVISION"), "utf8")).toBe(`${revision}\n`);
  expect(existsSync(join(live, "symlink-helper.yaml"))).toBe(false);
});

test("others can read it: tar, sha256sum, and git finds the commit", async () => {
  const { code, stdout } = await project.slh(["pack", "--out", "shop.tar.gz", "--quiet"]);
  const file = join(project.directory, "shop.tar.gz");
  const { stdout: sum } = spawnSync("sha256sum", ["shop.tar.gz"], { cwd: project.directory, encoding: "utf8" });
  expect([code, stdout]).toEqual([0, sum]);
  expect(tar("-tzf", file).split("\n")).toEqual(expect.arrayContaining(["./index.html", "./bin/run", "./lib/deep/"]));
  const plain = spawnSync("gzip", ["-dc", file], { encoding: "buffer" }).stdout;
  const { stdout: commit } = spawnSync("git", ["get-tar-commit-id"], { input: plain, encoding: "utf8" });
  expect(commit.trim()).toBe(project.git("rev-parse", "HEAD"));
  expect(spawnSync("busybox", ["tar", "-tzf", file], { encoding: "utf8" }).stdout).toContain("./index.html");
});

test("an archive of git's own has its commit, too", async () => {
  project.git("archive", "--format=tar.gz", "--output", archive(), "HEAD");
  const { stdout } = spawnSync("sha256sum", [archive()], { encoding: "utf8" });
  const sha256 = stdout.replace(/^\\/u, "").slice(0, 64);
  expect(await project.json(["deploy", "--archive", archive(), "--sha256", sha256])).toMatchObject({
    code: 0,
    revision: project.git("rev-parse", "HEAD"),
  });
});

test("what is there is not overwritten, and what fails leaves nothing", async () => {
  writeFileSync(archive(), "mine");
  expect(await pack()).toMatchObject({ code: 2, error: { kind: "exists" } });
  expect(readFileSync(archive(), "utf8")).toBe("mine");
  expect(await pack("--force")).toMatchObject({ code: 0 });
  expect(await project.json(["pack"])).toMatchObject({ code: 2, error: { remedy: "Say where: --out FILE.tar.gz" } });
  project.configure({ tasks: { build: "echo no; exit 3" } });
  const other = archive("other.tar.gz");
  expect(await project.json(["pack", "--out", other])).toMatchObject({ code: 1, error: { kind: "build-failed" } });
  project.configure({});
  project.write({ "caf\xe9": "latin-1" });
  project.commit();
  expect(await project.json(["pack", "--out", other])).toMatchObject({
    code: 2,
    error: { message: expect.stringContaining("not text in UTF-8") },
  });
  expect(readdirSync(join(project.directory, "..")).filter((name) => name.startsWith("other"))).toEqual([]);
});

test("a full disk is told as one, and leaves nothing", async ({ skip }) => {
  const small = join(project.directory, "..", "small");
  mkdirSync(small);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small]).status === 0;
  skip(!mounted, "nothing can be mounted here, so there is no disk to fill");
  try {
    project.write({ noise: randomBytes(300_000).toString("latin1") });
    project.commit();
    const file = join(small, "shop.tar.gz");
    expect(await project.json(["pack", "--out", file])).toMatchObject({
      code: 2,
      error: { kind: "unwritable", message: `${file} cannot be written: the disk is full.` },
    });
    expect(readdirSync(small)).toEqual([]);
  } finally {
    spawnSync("umount", [small]);
  }
});

test("a directory in which somebody writes while it is packed gives no archive", async () => {
  project.configure({ source: { directory: "." } });
  const big = join(project.directory, "zz");
  writeFileSync(big, randomBytes(40_000_000));
  const writing = setInterval(() => appendFileSync(big, "more"), 5);
  try {
    const file = archive();
    const packed = await project.json(["pack", "--out", file]);
    expect(packed).toMatchObject({ code: 2, error: { kind: "source", message: expect.stringContaining("zz changed") } });
    expect(readdirSync(join(project.directory, "..")).filter((name) => name.startsWith("shop it's"))).toEqual([]);
  } finally {
    clearInterval(writing);
  }
});

test("what a deploy would not unpack is not packed: a name with U+FFFD, and what packs as well as a bomb", async () => {
  project.write({ ["bad\xef\xbf\xbdname"]: "" });
  project.commit();
  const left = (): readonly string[] => readdirSync(join(project.directory, "..")).filter((name) => name.startsWith("shop"));
  expect(await pack()).toMatchObject({ code: 2, error: { message: expect.stringContaining("not text in UTF-8") } });
  project.configure({ source: { directory: "big" } });
  mkdirSync(join(project.directory, "big"));
  writeFileSync(join(project.directory, "big/zeros"), "");
  truncateSync(join(project.directory, "big/zeros"), 257 * 2 ** 20);
  expect(await pack()).toMatchObject({ code: 2, error: { message: expect.stringContaining("No deploy would unpack") } });
  expect(left()).toEqual([]);
});

test("a build is not told where a CI job has its key", async () => {
  project.configure({ tasks: { build: 'echo "${SLH_SSH_CONFIG-nowhere}" > where' } });
  const ended = await project.json(["deploy"], { env: { SLH_SSH_CONFIG: "/run/job/ssh_config" } });
  expect(ended).toMatchObject({ code: 0 });
  expect(readFileSync(join(project.appRoot, "current/where"), "utf8")).toBe("nowhere\n");
});

test("an archive that lies in the directory that is packed is not in itself, nor an earlier one, nor what a killed run left", async () => {
  project.configure({ source: { directory: "." } });
  const inside = (): Promise<Json> => project.json(["pack", "--out", "shop [1].tar.gz", "--force"]);
  const first = await inside();
  writeFileSync(join(project.directory, "shop [1].tar.gz.part-1"), "left");
  const second = await inside();
  expect([first.code, second.sha256]).toEqual([0, first.sha256]);
  const names = tar("-tzf", join(project.directory, "shop [1].tar.gz"));
  expect(names).toContain("./index.html\n");
  expect(names).not.toContain("shop [1]");
});
