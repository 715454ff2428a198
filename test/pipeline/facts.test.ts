import { describe, expect, test } from "vitest";
import { ENVIRONMENTS, pipelineProjects, text, workflow } from "./project.ts";

const projects = pipelineProjects();

const SYSTEMS = ["github", "gitlab", "jenkins"] as const;

describe("which environments, in which order", () => {
  test.each(SYSTEMS)("%s: production last, this machine left out", async (system) => {
    expect((await projects.open().shown(system)).environments).toEqual(["staging", "production"]);
  });

  test("those that are named, as they are named; an unknown or a doubled one is refused", async () => {
    const named = (...names: string[]) => names.flatMap((name) => ["--environment", name]);
    expect((await projects.open().shown("github", ...named("production", "local"))).environments).toEqual([
      "production",
      "local",
    ]);
    expect(await projects.latest().ci("github", ...named("stagin"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is no environment `stagin`. There are: production, staging, local."),
    });
    expect(await projects.latest().ci("github", ...named("staging", "staging"))).toMatchObject({ code: 2 });
  });

  test("where there is only this machine, it is that, and no key is asked for", async () => {
    const document = await projects.open({ environments: { local: ENVIRONMENTS.local } }).shown("github");
    expect(Object.keys(workflow(document).jobs)).toEqual(["build", "deploy-local"]);
    expect(text(document)).not.toContain("SSH_");
    expect(document.notes.join()).toContain("a runner of its own");
  });
});

describe("which branch", () => {
  const branches = async (ref: string | undefined, ...lines: readonly string[][]): Promise<unknown> => {
    projects.open({ source: { git: ".", ...(ref === undefined ? {} : { ref }) } });
    projects.latest().git("add", "--all");
    projects.latest().git("commit", "--quiet", "--message", "one");
    for (const line of lines) projects.latest().git(...line);
    const document = await projects.latest().shown("github");
    return [document && workflow(document).on.push.branches, document?.notes];
  };
  const guessed = (name: string): unknown => [[name], [expect.stringContaining(`what is pushed to \`${name}\``)]];
  const ORIGIN = [
    ["update-ref", "refs/remotes/origin/stable", "HEAD"],
    ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/stable"],
  ];
  const FEATURE = ["checkout", "--quiet", "-b", "feature"];

  test("the configured one, also where it is at the remote only, or not there yet", async () => {
    expect(await branches("trunk", FEATURE)).toEqual([["trunk"], []]);
    expect(await branches("stable", FEATURE, ...ORIGIN)).toEqual([["stable"], []]);
    expect(await branches("origin/stable", FEATURE, ...ORIGIN)).toEqual([["stable"], []]);
    expect(await branches("refs/heads/trunk", FEATURE)).toEqual([["trunk"], []]);
    expect(await branches("main", FEATURE)).toEqual([["main"], []]);
  });

  test("where none is configured that of the remote, else the one that is checked out, which is said", async () => {
    expect(await branches(undefined, FEATURE, ...ORIGIN)).toEqual([["stable"], []]);
    expect(await branches(undefined, FEATURE)).toEqual(guessed("feature"));
    expect(await branches("v1", ["tag", "v1"], FEATURE, ...ORIGIN)).toEqual([["stable"], []]);
    expect(await branches("HEAD~0", FEATURE)).toEqual(guessed("feature"));
  });

  test("GitLab has it in the rule of every job, whatever is in its name", async () => {
    for (const [name, rule] of [
      ["it's", '$CI_COMMIT_BRANCH == "it\'s"'],
      ['a"b', "$CI_COMMIT_BRANCH == 'a\"b'"],
    ] as const) {
      const { include, build } = workflow(await projects.open({ source: { git: ".", ref: name } }).shown("gitlab"));
      const rules = [build.rules, ...include.map(({ inputs }: any) => inputs.rules)];
      expect(rules.map(([first]: any) => first.if)).toEqual(rules.map(() => rule));
    }
    const both = await projects.open({ source: { git: ".", ref: `a'"b` } }).ci("gitlab");
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("both kinds of quotes") });
  });
});

describe("packages of the project", () => {
  const INSTALLED = '{ "devDependencies": { "symlink-helper": "1.2.3" } }';
  const ONCE = { github: 1, gitlab: 1, jenkins: 1 };
  const FOUR = { github: 4, gitlab: 4, jenkins: 4 };
  const NONE = { github: 0, gitlab: 0, jenkins: 0 };
  /** How many lines of jobs end in that command. */
  const counts = async (command: string): Promise<Record<string, number>> => {
    const found = SYSTEMS.map(async (system): Promise<[string, number]> => {
      const { files } = await projects.latest().shown(system);
      const lines = files.flatMap((file) => file.text.split("\n").map((line) => line.replace(/['\]]$/u, "")));
      return [system, lines.filter((line) => new RegExp(`(?:run: |- |\\[|sh ')${command}$`, "u").test(line)).length];
    });
    return Object.fromEntries(await Promise.all(found));
  };

  test.each([
    ["npm", "package-lock.json", "npm ci", "--ignore-scripts"],
    ["no lock file", "other.txt", "npm install", "--ignore-scripts"],
    ["pnpm", "pnpm-lock.yaml", "npx --yes corepack@0.36.0 pnpm install --frozen-lockfile", "--ignore-scripts"],
    ["yarn 1", "yarn.lock", "npx --yes corepack@0.36.0 yarn install --frozen-lockfile", "--ignore-scripts"],
    ["bun", "bun.lock", "bun install --frozen-lockfile", "--ignore-scripts"],
  ])(
    "come before the program where it is one of them, and run no script where keys are: %s",
    async (_, lock, install, option) => {
      projects.open();
      expect([await counts(install), await counts(`${install} ${option}`)]).toEqual([NONE, NONE]);
      projects.latest().write({ "package.json": INSTALLED, [lock]: "" });
      expect([await counts(install), await counts(`${install} ${option}`)]).toEqual([ONCE, FOUR]);
    },
  );

  test("newer yarn has its own words for that", async () => {
    projects.open();
    projects.latest().write({ "package.json": INSTALLED, "yarn.lock": "", ".yarnrc.yml": "" });
    expect(await counts("npx --yes corepack@0.36.0 yarn install --immutable --mode=skip-build")).toEqual(FOUR);
  });

  test("also where the configuration is a program that may import them", async () => {
    projects.open({}, "symlink-helper.mjs");
    const text = `export default ${JSON.stringify({ app: "shop", root: "/var/www/shop", environments: ENVIRONMENTS })};`;
    projects.latest().write({ "symlink-helper.mjs": text });
    expect(await counts("npm ci --ignore-scripts")).toEqual(NONE);
    projects.latest().write({ "package-lock.json": "{}", "package.json": "{}" });
    expect(await counts("npm ci --ignore-scripts")).toEqual(FOUR);
  });
});
