import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../../scripts/files.mjs";
import { labelled } from "../../docs/markdown.ts";
import { describeHosts } from "../../hosts/describe-hosts.ts";
import { networkObstacle } from "../../hosts/wires.ts";
import { lint } from "../../pipeline/lint.ts";
import { ownLines } from "../hostile.ts";
import { type Build, type Built, hasGroovy, type Jenkins, startJenkins } from "../jenkins/jenkins.ts";
import { Scanner } from "../scanner.ts";
import { openPlace, type Place, type Repository, runThrough, SHOP } from "./place.ts";
import { runWorkflow, type WorkflowOptions, type WorkflowRun } from "./workflow.ts";

const PATHS = {
  github: [".github/workflows/deploy.yml", ".github/workflows/rollback.yml"],
  gitlab: [".gitlab-ci.yml"],
  jenkins: ["Jenkinsfile"],
};
const TOKEN = "postgres://shop:a-password-of-it@db/shop";

const ofShop = (path: string): string => readFileSync(join(SHOP, path), "utf8");

const obstacle = await networkObstacle();
if (obstacle !== null) test("the walk-through", ({ skip }) => skip(obstacle));
else describeHosts("the walk-through, from servers as its page sets them up", walk);

function walk(): void {
  let place: Place;
  let shop: Repository;
  beforeAll(async () => {
    place = await openPlace();
    shop = place.repository();
  }, 120_000);
  afterAll(async () => place.close());

  const live = async (): Promise<readonly (string | undefined)[]> =>
    Promise.all(
      (["staging", "web1", "web2"] as const).map(async (name) => /<h1>(.*)<\/h1>/u.exec((await place.served(name)) ?? "")?.[1]),
    );
  const page = (word: string) => ({ "page.html": `<h1>${word}</h1>\n` });

  test.each(Object.entries(PATHS))("the files of %s are what `ci` writes for this project", async (system, paths) => {
    const slh = join(root, "bin/symlink-helper");
    const { files } = JSON.parse(
      execFileSync(slh, ["ci", system, "--stdout", "--json"], { cwd: shop.directory, encoding: "utf8" }),
    ) as { files: { path: string; text: string }[] };
    expect(Object.fromEntries(files.map(({ path, text }) => [path, text]))).toEqual(
      Object.fromEntries(paths.map((path) => [path, ofShop(path)])),
    );
    if (system === "github") expect(lint(files)).toEqual([]);
    expect(labelled("docs/walkthrough/README.md", "configuration")).toBe(ofShop("symlink-helper.yaml").trimEnd());
  });

  test("the servers admit nobody but by key, and the key for nothing but programs", async () => {
    const { code, stdout } = await place.host("web1").exec("ssh-keygen -A >/dev/null; sshd -T -C user=deploy,host=x,addr=x");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^passwordauthentication no$/mu)]);
    const ssh = ["-o", `UserKnownHostsFile=${place.scratch}/production_known_hosts`, "-i", `${place.scratch}/staging_key`];
    const env = { PATH: process.env["PATH"] ?? "" };
    const command = [
      "ssh",
      "-F",
      "none",
      "-o",
      "BatchMode=yes",
      "-o",
      "IdentityAgent=none",
      ...ssh,
      "deploy@web1.example.org",
      "true",
    ];
    const refused = await runThrough(place.through, command, { cwd: place.scratch, env });
    expect([refused.code, refused.log]).toEqual([255, expect.stringContaining("Permission denied")]);
  });

  describe("GitHub", () => {
    let options: WorkflowOptions;
    const deploy = (more: Partial<WorkflowOptions>): Promise<WorkflowRun> =>
      runWorkflow(ofShop(PATHS.github[0] ?? ""), { ...options, ...more });
    beforeAll(() => {
      const of = (name: string) => ({ SSH_PRIVATE_KEY: place.file(`${name}_key`), DATABASE_URL: TOKEN });
      const known = (name: string) => ({ SSH_KNOWN_HOSTS: place.file(`${name}_known_hosts`) });
      options = {
        repository: shop.directory,
        commit: shop.commit(page("One")),
        secrets: { staging: of("staging"), production: of("production") },
        vars: { staging: known("staging"), production: known("production") },
        agreed: ["staging"],
        artifacts: join(place.scratch, "artifacts"),
        outputs: {},
        through: place.through,
        bin: place.bin,
      };
    });

    test(
      "one build; staging by itself; the very archive to production when somebody has agreed; and back",
      { timeout: 240_000 },
      async () => {
        const scanner = new Scanner([place.file("staging_key"), place.file("production_key")].map(ownLines).concat(TOKEN));
        const first = await deploy({});
        expect([first.jobs, first.log]).toEqual([
          { build: "success", "deploy-staging": "success", "deploy-production": "waiting" },
          expect.any(String),
        ]);
        expect(await live()).toEqual(["One", undefined, undefined]);

        // Somebody pushes meanwhile: what was tried is what comes to production.
        shop.commit(page("Two"));
        const agreed = await deploy({ agreed: ["production"], done: ["build", "deploy-staging"] });
        expect([agreed.jobs["deploy-production"], await live()]).toEqual(["success", ["One", "One", "One"]]);

        const second = await deploy({ commit: shop.git("rev-parse", "HEAD"), agreed: ["staging", "production"], outputs: {} });
        expect([second.jobs["deploy-production"], await live()]).toEqual(["success", ["Two", "Two", "Two"]]);

        const inputs = { environment: "production", release: "" };
        const back = await runWorkflow(ofShop(PATHS.github[1] ?? ""), { ...options, inputs, agreed: ["production"] });
        expect(back.jobs).toEqual({ "rollback-staging": "skipped", "rollback-production": "success" });
        expect(await live()).toEqual(["Two", "One", "One"]);
        expect(scanner.inTexts({ first: first.log, agreed: agreed.log, second: second.log, back: back.log })).toEqual([]);
      },
    );

    test("an archive that somebody has exchanged reaches no host", async () => {
      const before = await live();
      writeFileSync(join(options.artifacts, "release/release.tar.gz"), "something else");
      const { jobs, log } = await deploy({ agreed: ["production"], done: ["build", "deploy-staging"] });
      expect([jobs["deploy-production"], await live()]).toEqual(["failure", before]);
      expect(log).toMatch(/digest|sha256/iu);
    });
  });

  test("GitLab: one build, staging, production by hand, and back", { timeout: 240_000 }, async () => {
    const gitlab = openGitlab(place, shop);
    shop.commit(page("Four"));
    const first = await gitlab();
    expect([first.code, first.code === 0 ? "" : first.log]).toEqual([0, ""]);
    expect((await live())[0]).toBe("Four");
    expect((await live()).slice(1)).not.toContain("Four");
    const second = await gitlab("deploy-production");
    expect([second.code, second.code === 0 ? "" : second.log]).toEqual([0, ""]);
    expect(await live()).toEqual(["Four", "Four", "Four"]);
    const back = await gitlab("rollback-production");
    expect([back.code, back.code === 0 ? "" : back.log]).toEqual([0, ""]);
    expect((await live())[0]).toBe("Four");
    expect((await live()).slice(1)).not.toContain("Four");
  });

  test("Jenkins: one build, staging, a question before production, and back", { timeout: 240_000 }, async ({ skip }) => {
    skip(!hasGroovy, "needs groovy and java");
    const jenkins = openJenkins(place, shop);
    const build = (more: Build): Promise<Built> =>
      jenkins.run({ file: join(SHOP, "Jenkinsfile"), credentials: credentialsOf(place), branch: "main", ...more });
    // What was built comes to production with the configuration that it was built with.
    const meanwhile =
      "git checkout -q main; echo nonsense > symlink-helper.yaml; git -c user.name=B -c user.email=b@x commit -qam Broken";
    try {
      shop.commit(page("Five"));
      const approved = await build({ meanwhile });
      expect([approved.result, approved.result === "SUCCESS" ? "" : approved.log]).toEqual(["SUCCESS", ""]);
      expect([approved.did.includes("input"), await live()]).toEqual([true, ["Five", "Five", "Five"]]);
      shop.git("checkout", "--quiet", "main");
      shop.git("reset", "--quiet", "--hard", "HEAD~1");
      shop.commit(page("Six"));
      const refused = await build({ approves: false });
      expect([refused.result, await live()]).toEqual(["ABORTED", ["Six", "Five", "Five"]]);
      const back = await build({ params: { ACTION: "rollback", ENVIRONMENT: "staging", RELEASE: "" } });
      expect([back.result, back.did.includes("input"), await live()]).toEqual(["SUCCESS", false, ["Five", "Five", "Five"]]);
      const scanner = new Scanner([place.file("staging_key"), place.file("production_key")].map(ownLines).concat(TOKEN));
      expect(scanner.inTexts({ refused: refused.log, approved: approved.log, back: back.log })).toEqual([]);
    } finally {
      await jenkins.stop();
    }
  });
}

const LOCAL = createRequire(import.meta.url).resolve("gitlab-ci-local");

/** gitlab-ci-local, which gets the component from where the file says, by a repository that stands for that. */
function openGitlab(place: Place, shop: Repository): (...jobs: readonly string[]) => ReturnType<typeof runThrough> {
  const home = join(place.scratch, "gitlab-home");
  mkdirSync(home);
  const component = join(place.scratch, "component.git");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-C", component, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], {
      stdio: "pipe",
    });
  mkdirSync(component);
  git("init", "--quiet");
  execFileSync("cp", ["-R", join(root, "templates"), component]);
  git("add", "--all");
  git("commit", "--quiet", "--message", "The component");
  git("tag", version);
  const url = "ssh://git@gitlab.example.org:22/OWNER/symlink-helper.git";
  writeFileSync(join(home, ".gitconfig"), `[url "${component}"]\n\tinsteadOf = ${url}\n[safe]\n\tdirectory = *\n`);
  shop.git("remote", "add", "origin", "git@gitlab.example.org:acme/shop.git");
  const names = ["staging", "production"];
  const values = (of: (name: string) => string) => Object.fromEntries(names.map((name) => [name, of(name)]));
  const variables = {
    SSH_PRIVATE_KEY: { type: "file", values: values((name) => place.file(`${name}_key`)) },
    SSH_KNOWN_HOSTS: { type: "file", values: values((name) => place.file(`${name}_known_hosts`)) },
    DATABASE_URL: { type: "variable", values: values(() => TOKEN) },
  };
  writeFileSync(join(shop.directory, ".gitlab-ci-local-variables.yml"), JSON.stringify(variables));
  writeFileSync(join(shop.directory, ".git/info/exclude"), ".gitlab-ci-local*\nsymlink-helper-report\nrelease.*\n");
  const env = { PATH: `${place.bin}:${process.env["PATH"]}`, HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  const command = [process.execPath, LOCAL, "--force-shell-executor", "--no-color", "--no-json-schema-validation"];
  return (...jobs) => runThrough(place.through, [...command, ...jobs], { cwd: shop.directory, env });
}

function openJenkins(place: Place, shop: Repository): Jenkins {
  const home = join(place.scratch, "jenkins-home");
  mkdirSync(home);
  return startJenkins(shop.directory, { PATH: `${place.bin}:${process.env["PATH"]}`, HOME: home }, place.through);
}

function credentialsOf(place: Place): Record<string, string> {
  const of = (name: string) => [
    [`${name}-key`, place.file(`${name}_key`)],
    [`${name}-known-hosts`, place.file(`${name}_known_hosts`)],
  ];
  return Object.fromEntries([...of("staging"), ...of("production"), ["DATABASE_URL", TOKEN]]);
}
