import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listing } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const file = (): string => join(project.directory, "../a plan.json");

describe("P11: a saved plan is carried out exactly, or not at all", () => {
  test("carried out; a second time it does not hold any more", async () => {
    expect(await project.json(["plan", "--out", file()])).toMatchObject({ code: 0, outcome: "deploy" });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect((await project.slh(["plan", "--out", file()])).code).toBe(2);
    expect((await project.slh(["plan", "--force", "--out", file()])).code).toBe(0);
    expect(await project.json(["deploy", "--plan", file()])).toMatchObject({ code: 0, outcome: "deployed" });
    const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("local: another release is live")]);
  });

  test("refused, with nothing changed, where anything is different", async () => {
    await project.json(["deploy"]);
    const rows: [what: string, change: () => unknown][] = [
      ["The files to deploy are other ones", () => (project.write({ "index.html": "other" }), project.commit())],
      ["local: the configuration is another one", () => project.configure({ env: { A: "1" } })],
      ["local: something was done there since", () => project.slh(["deploy", "--force"])],
      ["is no plan that this version", () => writeFileSync(file(), '{"schema":2}')],
    ];
    for (const [what, change] of rows) {
      expect((await project.slh(["plan", "--force", "--out", file()])).code).toBe(0);
      await change();
      const before = listing(join(project.appRoot, "releases"));
      const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
      expect(listing(join(project.appRoot, "releases"))).toEqual(before);
    }
  });

  test("not saved where only a build decides", async () => {
    project.configure({ tasks: { build: "true" } });
    const { code, stderr } = await project.slh(["plan", "--out", file()]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("only the build will decide")]);
  });
});
