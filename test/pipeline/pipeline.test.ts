import { lint } from "./lint.ts";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ENVIRONMENTS, pipelineProjects, text, workflow } from "./project.ts";

const projects = pipelineProjects();

const SYSTEMS = ["github", "gitlab", "jenkins"] as const;
// Whatever a path may hold that one of the notations takes for something else.
const PATH = 'a b/it\'s "${{ secrets.X }}" #: \\ $(id) `x`.yaml';

describe("GitHub", () => {
  test("one build; each deploy gets its digest; the later one waits for the first", async () => {
    const tasks = { build: { run: "make", secrets: ["NPM_TOKEN"] }, prepare: { run: "x", secrets: ["DATABASE_URL"] } };
    const document = await projects.open({ tasks }).shown("github");
    expect(lint(document.files)).toEqual([]);
    const { jobs, on } = workflow(document);
    expect(on).toEqual({ push: { branches: ["main"] } });
    expect(jobs["deploy-production"].needs).toEqual(["build", "deploy-staging"]);
    expect(JSON.stringify(jobs).match(/ pack /gu)).toHaveLength(1);
    for (const name of ["staging", "production"]) {
      const { environment, steps } = jobs[`deploy-${name}`];
      expect(environment).toBe(name);
      expect(steps[2].with).toMatchObject({
        environment: name,
        sha256: "${{ needs.build.outputs.sha256 }}",
        secrets: "DATABASE_URL<<END_OF_DATABASE_URL\n${{ secrets.DATABASE_URL }}\nEND_OF_DATABASE_URL\n",
      });
    }
    expect(jobs.build.steps[1].env).toEqual({ ENVIRONMENT: "staging", NPM_TOKEN: "${{ secrets.NPM_TOKEN }}" });
  });

  test("GitHub: a deploy that waits throws no way back out, nor one of another application", async () => {
    const { files } = await projects.open().shown("github");
    const groups = files.flatMap(({ text: yaml }) => [...yaml.matchAll(/^ +group: (.*)$/gmu)].map(([, group = ""]) => group));
    expect(groups.length).toBe(4);
    expect(new Set(groups).size).toBe(4);
    expect(groups).toContain("rollback-shop-production");
  });

  test("whatever a path, a branch and a name hold, GitHub reads what was meant", async () => {
    const name = "eu:west#1(it)";
    const document = await projects.open({ environments: { [name]: { hosts: ["web1"] } } }, PATH).shown("github");
    expect(lint(document.files)).toEqual([]);
    const { jobs } = workflow(document);
    const [build, deploy] = [jobs.build, jobs["deploy-1"]];
    const meant = (value: string): string => value.replaceAll("${{ '${{' }}", "${{");
    expect([meant(build.steps[1].env.CONFIG), meant(deploy.steps[2].with.config)]).toEqual([PATH, PATH]);
    expect(build.steps[1].env.CONFIG.replaceAll("${{ '${{' }}", "")).not.toContain("${{");
    expect([deploy.environment, build.steps[1].env.ENVIRONMENT]).toEqual([name, name]);
    expect(build.steps[1].run).not.toMatch(/secrets|eu:west/u);
    const back = parse(text(document, ".github/workflows/rollback.yml"));
    expect(back.jobs["rollback-1"].if).toBe(`inputs.environment == '${name}'`);
    expect(back.on.workflow_dispatch.inputs.environment.options).toEqual([name]);
  });

  test.each(["it's", 'a"b', "a,b", "${{x}}", "-x"])("an environment cannot be called %j", async (name) => {
    const { code, stderr } = await projects.open({ environments: { [name]: { hosts: ["web1"] } } }).ci("github");
    expect({ code, stderr }).toMatchObject({ code: 2 });
  });

  test("nor a secret as those of GitHub", async () => {
    const tasks = { prepare: { run: "x", secrets: ["GITHUB_TOKEN"] } };
    expect(await projects.open({ tasks }).ci("github")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("`GITHUB_TOKEN`"),
    });
  });

  test("--uses is what stands behind uses:, and no step says to replace it", async () => {
    const document = await projects.open().shown("github", "--uses", "acme/tools/deploy@0123abc");
    expect(workflow(document).jobs["deploy-staging"].steps[2].uses).toBe("acme/tools/deploy@0123abc");
    expect(JSON.stringify(document)).not.toContain("OWNER");
    expect(JSON.stringify(await projects.latest().shown("github"))).toContain("in the place of OWNER");
    for (const uses of ["acme", "a/b@c\nrun: x", "a/b@${{ x }}"])
      expect(await projects.latest().ci("github", "--uses", uses)).toMatchObject({ code: 2 });
  });
});

describe("GitLab and Jenkins", () => {
  test.each(["gitlab", "jenkins"])(
    "%s: an environment whose name cannot be in ids is refused with the reason",
    async (system) => {
      const { code, stderr } = await projects.open({ environments: { "eu:west": { hosts: ["web1"] } } }).ci(system);
      expect([code, stderr]).toEqual([2, expect.stringContaining("letters, digits, dot, dash and underscore")]);
    },
  );

  test("GitLab: the later environments start by hand, each has a way back, variables are named", async () => {
    const tasks = { prepare: { run: "x", secrets: ["DATABASE_URL"] } };
    const { include, build } = workflow(
      await projects.open({ tasks }, "app/it's $[[ inputs.x ]].yaml".replace("$", "")).shown("gitlab"),
    );
    const rules = include.map(({ component, inputs }: any) => [
      component.split("/").at(-1),
      inputs.environment,
      inputs.rules?.[0].when,
    ]);
    expect(rules).toEqual([
      ["deploy@1.2.3", "staging", undefined],
      ["deploy@1.2.3", "production", "manual"],
      ["rollback@1.2.3", "staging", "manual"],
      ["rollback@1.2.3", "production", "manual"],
    ]);
    expect(build.variables.PACK_CONFIG).toBe("app/it's [[ inputs.x ]].yaml");
    expect(include[0].inputs).toMatchObject({ archive: "release.tar.gz", "sha256-variable": "RELEASE_SHA256" });
  });

  test("GitLab would expand `$` in a path: refused", async () => {
    expect(await projects.open({}, "a$HOME.yaml").ci("gitlab")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("a$HOME.yaml"),
    });
  });

  test("Jenkins: nothing in a path ends or fills a text of Groovy", async () => {
    const script = text(await projects.open({}, PATH).shown("jenkins"));
    const config = /config: '(?<text>(?:[^'\\]|\\.)*)'/u.exec(script)?.groups?.["text"] ?? "";
    expect(config.replaceAll(/\\(.)/gu, "$1")).toBe(PATH);
    const given = /PACK_CONFIG=(?<text>(?:[^'\\]|\\.)*)'/u.exec(script)?.groups?.["text"] ?? "";
    expect(given.replaceAll(/\\(.)/gu, "$1").replaceAll("$$", "$")).toBe(PATH);
  });

  test.each(SYSTEMS)("%s: the program among the packages of the project is what is called", async (system) => {
    const { shown, write } = projects.open();
    expect(text(await shown(system))).toContain("npx --yes symlink-helper@1.2.3 pack");
    write({ "package.json": '{"devDependencies":{"symlink-helper":"^1.0.0"}}', "package-lock.json": "" });
    expect(text(await shown(system))).toContain("npx --no-install symlink-helper pack");
    expect(text(await shown(system))).toContain("npm ci");
  });
});

describe("what is said", () => {
  test("the lines for keys and host keys of the very hosts, and secrets by name", async () => {
    const tasks = { build: { run: "x", secrets: ["NPM_TOKEN"] }, prepare: { run: "x", secrets: ["DATABASE_URL"] } };
    const { shown } = projects.open({ tasks });
    const lines = async (system: string): Promise<readonly string[]> => (await shown(system)).steps.flatMap((step) => step.lines);
    for (const system of SYSTEMS)
      expect(await lines(system)).toEqual(
        expect.arrayContaining([
          "ssh-keygen -t ed25519 -N '' -C deploy-staging -f staging_key",
          "ssh-keyscan -t ed25519 staging.example.org >> staging_known_hosts",
          "ssh-keyscan -t ed25519 -p 2222 web2.example.org >> production_known_hosts",
          "ssh-keygen -lf production_known_hosts",
        ]),
      );
    expect(await lines("github")).toEqual(
      expect.arrayContaining(["gh secret set DATABASE_URL --env production", "gh secret set NPM_TOKEN"]),
    );
    expect(await lines("gitlab")).toContain("DATABASE_URL for staging");
    expect(await lines("jenkins")).toEqual(
      expect.arrayContaining(["production-known-hosts, Secret file: production_known_hosts", "NPM_TOKEN"]),
    );
  });

  test("that a build would differ, or that there is no repository", async () => {
    const production = { ...ENVIRONMENTS.production, tasks: { build: "other" } };
    const { notes } = await projects
      .open({ tasks: { build: "one" }, environments: { ...ENVIRONMENTS, production } })
      .shown("github");
    expect(notes).toEqual([expect.stringContaining("production would be built in another way")]);
  });
});
