import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

describe("a build that takes long", () => {
  const marks = (): string => join(project.directory, "..", "marks");
  /** Were it waited for, it would fail, and that would be told instead. */
  const LONG = { build: `sleep 20; touch "$MARKS"; exit 1` };
  const deploy = (settings: object) => {
    project.configure({ tasks: LONG, ...settings });
    return project.json(["deploy"], { env: { MARKS: marks() } });
  };

  test("is ended where a shared file is missing", async () => {
    const report = await deploy({ shared: { files: [".env"] } });
    expect(report).toMatchObject({ code: 1, hosts: [{ error: { kind: "preflight" } }] });
    expect(report.hosts[0].error.message).toContain("shared/.env does not exist");
    expect(existsSync(marks())).toBe(false);
  });

  test("is ended where something is in the way", async () => {
    mkdirSync(join(project.appRoot, "current"), { recursive: true });
    expect(await deploy({})).toMatchObject({ code: 1, hosts: [{ error: { kind: "preflight" } }] });
    expect(existsSync(marks())).toBe(false);
  });

  test("is ended where a person holds the lock", async () => {
    await project.slh(["lock", "acquire", "-m", "a reason"]);
    expect(await deploy({})).toMatchObject({ code: 3, outcome: "locked" });
    expect(existsSync(marks())).toBe(false);
  });
});

test("setup tells what deploys will miss", async () => {
  project.configure({ shared: { files: [".env"] } });
  const { code, stdout, stderr } = await project.slh(["setup"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/Still to do: .*shared\/\.env does not exist, and releases need it\./);
});
