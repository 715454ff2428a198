import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

describe("wrong command lines end with 2 and say what is wrong", () => {
  let project: Project;
  beforeAll(
    () =>
      void (project = openProject({
        settings: { environments: { production: { hosts: ["local"] }, staging: { hosts: ["local"] } } },
      })),
  );
  afterAll(() => project.close());

  test.each([
    [[], "No command given"],
    [["deply"], "There is no command `deply`"],
    [["deploy"], "production, staging"],
    [["deploy", "prodution"], "production"],
    [["deploy", "production", "--nonsense"], "--nonsense"],
    [["deploy", "production", "--json", "--events"], "--json and --events exclude each other"],
    [["prune", "production", "--keep", "none"], "none"],
    [["pin"], "RELEASE"],
    [["lock", "production", "acquire"], "-m REASON"],
    [["deploy", "production", "--ref", "no such ref"], "no such ref"],
    [["deploy", "production", "--config", "nowhere.yaml"], "nowhere.yaml"],
  ])("%j", async (args, says) => {
    const { code, stdout, stderr } = await project.slh(args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    const asJson = args.includes("--json") ? stdout : (await project.slh([...args, "--json"])).stdout;
    expect(JSON.parse(asJson)).toMatchObject({
      schema: 1,
      outcome: "invalid",
      hosts: [],
      error: { message: expect.any(String) },
    });
  });
});
