import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let project: Project;
let releases: string[];
let first: string;
beforeEach(async () => {
  project = openProject();
  first = project.git("rev-parse", "HEAD");
  await project.json(["deploy"]);
  project.write({ "index.html": "<p>two</p>\n" });
  project.commit();
  await project.json(["deploy"]);
  releases = readdirSync(join(project.appRoot, "releases")).toSorted();
});
afterEach(() => project.close());

const manifests = (...name: string[]): string => join(project.appRoot, ".symlink-helper/manifests", ...name);

const gone = (id: string | undefined): string =>
  `The seal of ${id}, which was in \`.symlink-helper/manifests\` of the app root, is gone, so nobody can tell whether the release is whole`;

describe("P3: what the program recorded of releases was deleted by hand", () => {
  test("all of it: it is said what is gone, nobody's releases are called another's, and a deploy makes one that is whole", async () => {
    rmSync(manifests(), { recursive: true });
    const [before, live] = releases;
    const { hosts } = await project.json(["status"]);
    expect(hosts[0].rollbackRefused).toContain(`${before} was good. ${gone(before)}.`);
    const back = await project.json(["rollback"]);
    expect(back.error.message).toContain(`${before} was good. ${gone(before)}.`);
    expect(back.error.remedy).toContain(`deploy production --ref ${first}`);
    const named = await project.json(["rollback", "--to", before ?? ""]);
    expect([named.code, named.error]).toEqual([
      2,
      expect.objectContaining({
        message: `${gone(before)}.`,
        remedy: expect.stringContaining(`deploy production --ref ${first}`),
      }),
    ]);
    const verified = await project.slh(["verify"]);
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain("gone: it was sealed, but its seal is not in `.symlink-helper/manifests` any more");
    expect(verified.stdout).toContain("symlink-helper deploy production --force");
    expect(verified.stdout).not.toContain("not made by this program");
    expect(await project.json(["verify"])).toMatchObject({ verdict: "unknown", hosts: [{ sealed: false, lost: "seal" }] });
    expect(await project.json(["plan"])).toMatchObject({
      outcome: "deploy",
      warnings: [expect.stringContaining(`${gone(live)}. A deploy makes it anew.`)],
    });
    expect((await project.json(["deploy", "--only-behind"])).error).toMatchObject({
      message: `${gone(live)}. So nobody is brought to it.`,
      remedy: expect.stringContaining("deploy production --force"),
    });
    expect(await project.json(["deploy"])).toMatchObject({
      outcome: "deployed",
      warnings: [expect.stringContaining(`${gone(live)}. It is made anew.`)],
    });
    expect(await project.json(["verify"])).toMatchObject({ code: 0, verdict: "whole" });
  });

  test("the list of what was sent alone: contents that were not compared are not said to be as sealed", async () => {
    rmSync(manifests(releases[1] ?? ""));
    const { code, stdout } = await project.slh(["verify"]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("not compared: the list of what was sent is not in")]);
    expect(stdout).not.toContain("hashed");
    expect(stdout).not.toContain("everything is as it was sealed");
    expect(await project.json(["verify"])).toMatchObject({
      verdict: "unknown",
      hosts: [{ sealed: true, whole: false, lost: "manifest" }],
    });
    rmSync(join(project.appRoot, "current/index.html"));
    expect(await project.json(["verify"])).toMatchObject({ code: 1, verdict: "damaged" });
  });
});
