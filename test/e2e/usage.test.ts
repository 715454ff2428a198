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

test("a configuration with several mistakes: all of them at once, each with its place and what was probably meant", async () => {
  const project = openProject();
  try {
    project.configure({ keeep: 3, keep: "many", source: { git: ".", reff: "main" }, tasks: { prepar: "npm ci" }, lease: "soon" });
    const { code, stdout, stderr } = await project.slh(["deploy"]);
    expect([code, stdout]).toEqual([2, ""]);
    for (const [line, words] of [
      [/"keeep"/, "Did you mean `keep`?"],
      [/"reff"/, "Did you mean `ref`?"],
      [/"prepar"/, "Did you mean `prepare`?"],
      [/`keep` must be/, '"many"'],
      [/`lease` must be/, '"soon"'],
    ] as const) {
      expect(stderr).toMatch(line);
      expect(stderr).toContain(words);
    }
    expect(stderr.match(/symlink-helper\.yaml:\d+:\d+: error: /g)).toHaveLength(5);
    expect(await project.json(["status"])).toMatchObject({ code: 2, outcome: "invalid", error: { kind: "configuration" } });
  } finally {
    project.close();
  }
});
