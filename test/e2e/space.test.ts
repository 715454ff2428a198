import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { live } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

/** Size of the disk of the app root. */
const DISK = 4 << 20;

let project: Project;
afterEach(() => {
  execFileSync("umount", [project.appRoot]);
  project.close();
});

/** A project whose app root is a small disk of its own, with one release of `bytes` of content deployed. */
async function onSmallDisk(bytes: number): Promise<void> {
  project = openProject();
  mkdirSync(project.appRoot, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", project.appRoot]);
  project.write({ "large.bin": Buffer.alloc(bytes, "x") });
  project.commit();
  expect(await project.json(["deploy"])).toMatchObject({ code: 0 });
}

// Where real hosts can be played, a small disk can be mounted.
describeHosts("a disk with little space", () => {
  test("P9: a release that cannot fit is refused before a byte of it is written, though the host holds most of it", async () => {
    await onSmallDisk(3 << 20);
    const [before, first] = [readdirSync(join(project.appRoot, "releases")), live(project.appRoot)];
    project.write({ "small.txt": "a change\n" });
    project.commit();
    const plan = await project.json(["plan"]);
    const report = await project.json(["deploy"]);
    expect(plan).toMatchObject({ outcome: "blocked", hosts: [{ problems: [expect.stringContaining("needs 3.1 MB")] }] });
    expect(report).toMatchObject({ code: 1, outcome: "failed", hosts: [{ error: { kind: "disk-full" } }] });
    expect(report.hosts[0].error.message).toMatch(/^The release needs 3\.1 MB of space, and [\d.]+ [kM]B are free\.$/);
    expect(readdirSync(join(project.appRoot, "releases"))).toEqual(before);
    expect(live(project.appRoot)).toBe(first);
  });

  test("nor is it begun where it is forced, or where what is live is damaged", async () => {
    await onSmallDisk(3 << 20);
    expect(await project.json(["deploy", "--force"])).toMatchObject({ code: 1, hosts: [{ error: { kind: "disk-full" } }] });
    rmSync(join(project.appRoot, "current/large.bin"));
    writeFileSync(join(project.appRoot, "others"), Buffer.alloc(3 << 20));
    const before = readdirSync(join(project.appRoot, "releases"));
    expect(await project.json(["deploy"])).toMatchObject({ code: 1, hosts: [{ error: { kind: "disk-full" } }] });
    expect(readdirSync(join(project.appRoot, "releases"))).toEqual(before);
  });

  test("P7: full to the last block, it can still be gone back and pruned, and so be deployed again", async () => {
    project = openProject();
    mkdirSync(project.appRoot, { recursive: true });
    const image = join(project.directory, "../image");
    execFileSync("dd", ["if=/dev/zero", `of=${image}`, "bs=1M", "count=12", "status=none"]);
    // Links as long as the record of a lock take a block here.
    execFileSync("mkfs.ext4", ["-q", "-m", "0", image]);
    execFileSync("mount", ["-o", "loop", image, project.appRoot]);
    const releases: string[] = [];
    for (const content of ["x", "y", "z"]) {
      project.write({ "large.bin": Buffer.alloc(1 << 20, content) });
      project.commit();
      expect(await project.json(["deploy"])).toMatchObject({ code: 0 });
      releases.push(live(project.appRoot) ?? "");
    }
    for (const size of ["64k", "512"])
      spawnSync("dd", ["if=/dev/zero", `of=${project.appRoot}/filler ${size}`, `bs=${size}`, "status=none"], { stdio: "ignore" });
    expect(statfsSync(project.appRoot).bavail).toBe(0);
    expect(await project.json(["rollback"])).toMatchObject({ code: 0, outcome: "rolled-back", release: releases[1] });
    expect(live(project.appRoot)).toBe(releases[1]);
    expect(await project.json(["prune", "--keep", "1"])).toMatchObject({ code: 0, hosts: [{ pruned: [releases[2]] }] });
    project.write({ "large.bin": "little\n" });
    project.commit();
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "deployed" });
  });

  test("what is live already needs no space", async () => {
    await onSmallDisk(3 << 20);
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "unchanged" });
  });

  test("P5: where what an interrupted run left takes the space, it goes first, and the deploy goes on", async () => {
    await onSmallDisk(1 << 20);
    const trash = join(project.appRoot, ".symlink-helper/trash/left");
    mkdirSync(trash, { recursive: true });
    writeFileSync(join(trash, "half"), Buffer.alloc((5 << 20) / 2));
    project.write({ "small.txt": "a change\n" });
    project.commit();
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "deployed" });
    expect(existsSync(trash)).toBe(false);
  });

  test("where even that is too little, it is told", async () => {
    await onSmallDisk(1 << 20);
    writeFileSync(join(project.appRoot, "others"), Buffer.alloc(2 << 20));
    mkdirSync(join(project.appRoot, ".symlink-helper/trash/left"), { recursive: true });
    project.write({ "small.txt": "a change\n" });
    project.commit();
    expect(await project.json(["deploy"])).toMatchObject({ code: 1, hosts: [{ error: { kind: "disk-full" } }] });
    rmSync(join(project.appRoot, "others"));
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "deployed" });
  });
});
