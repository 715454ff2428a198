import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const current = (): string => join(project.appRoot, "current");

async function said(command: string): Promise<string> {
  const { stdout, stderr } = await project.slh([command]);
  return stdout + stderr;
}

describe("P3: what is at `current` that is no release is said by whoever looks", () => {
  test.each([
    ["directory", () => mkdirSync(current())],
    ["file", () => writeFileSync(current(), "mine")],
  ])("a %s that somebody made before", async (kind, make) => {
    mkdirSync(project.appRoot);
    make();
    const words = `\`current\` is a ${kind}, not a link`;
    const status = await said("status");
    expect(status).toContain(`no release is live, ${words}`);
    expect(status).toMatch(new RegExp(`local +a ${kind}\\s`));
    expect(status).not.toContain("nothing is live");
    expect(await said("releases")).toContain(`no releases yet; ${words}`);
    const plan = await said("plan");
    expect(plan).toMatch(new RegExp(`live +no release: ${words}`));
    expect(plan).toContain("Move it away yourself: it will not be touched");
    expect(status).toContain(`${words}, so there is nothing to go back from.`);
    for (const command of ["rollback", "deploy"]) expect(await said(command)).toMatch(new RegExp(`live +${words}`));
    for (const command of ["status", "releases", "plan"]) {
      const { hosts } = await project.json([command]);
      expect(hosts).toEqual([expect.objectContaining({ live: null, elsewhere: null, inPlace: kind })]);
    }
  });

  test("P9: a directory that took the place of the link is told with the releases that are there, and stays", async () => {
    await project.json(["deploy"]);
    renameSync(current(), `${current()}.old`);
    mkdirSync(current());
    writeFileSync(join(current(), "mine"), "mine");
    expect(await said("releases")).toContain("1 release, none of them live: `current` is a directory, not a link");
    expect(await said("status")).toContain("somebody removed or replaced the link");
    expect((await project.slh(["status"])).code).toBe(4);
    expect((await project.slh(["deploy"])).code).toBe(1);
    expect(readFileSync(join(current(), "mine"), "utf8")).toBe("mine");
  });

  test.each([
    ["../old", "`current` points to ../old, which is no release here"],
    ["gone", "`current` points to gone, which is not there"],
  ])("a link to %s, for plan and releases too", async (to, words) => {
    mkdirSync(join(project.appRoot, "../old"), { recursive: true });
    mkdirSync(project.appRoot);
    symlinkSync(to, current());
    expect(await said("plan")).toMatch(new RegExp(`live +no release: ${words}`));
    expect(await said("releases")).toContain(`no releases yet; ${words}`);
    rmSync(current());
    expect(await said("plan")).toMatch(/live +nothing yet/);
    expect(await said("releases")).toMatch(/: no releases yet\n/);
  });
});
