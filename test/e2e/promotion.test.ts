import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { emptyRoots, type Fleet, startFleet } from "../hosts/fleet.ts";
import { live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

describeHosts("deploy production --from staging", () => {
  let fleet: Fleet;
  let project: Project;
  const STAGING = "web1";
  const PRODUCTION = ["web2", "web3"];
  beforeAll(async () => void (fleet = await startFleet({ hosts: 3 })));
  afterAll(() => fleet.stop());
  beforeEach(() => {
    emptyRoots(fleet);
    project = openProject({ fleet });
    configure();
  });
  afterEach(() => project.close());

  const configure = (production: object = {}, staging: object = {}): void =>
    project.configure({
      source: { git: ".", ref: "main" },
      environments: { staging: { hosts: [STAGING], ...staging }, production: { hosts: PRODUCTION, ...production } },
    });
  const root = (name: string): string => fleet.host(name).directory;
  const file = (name: string, path: string): string => readFileSync(join(root(name), "current", path), "latin1");
  const record = (name: string): Json => JSON.parse(file(name, ".release.json"));
  const promote = (...args: readonly string[]): Promise<Json> =>
    project.json(["deploy", "production", "--from", "staging", ...args]);

  async function stage(...args: readonly string[]): Promise<Json> {
    const report = await project.json(["deploy", "staging", ...args]);
    expect(report, JSON.stringify(report)).toMatchObject({ code: 0, outcome: "deployed" });
    return report;
  }

  test("exactly the files that are live there, whatever became of the branch; where they come from is kept for good", async () => {
    project.write({
      "odd/line one\nline two": "newline",
      "odd/\xff not text": "bytes",
      "bin/tool": { executable: "#!/bin/sh\n" },
    });
    const tested = project.commit("tested");
    const staged = await stage("--message", "to be tried");
    project.write({ "index.html": "<p>later</p>\n" });
    project.commit("somebody pushed");
    // Nothing is built: this could not be.
    configure({ tasks: { build: "exit 1", prepare: "echo made on the host > made" } });
    const promoted = await promote();
    expect(promoted, JSON.stringify(promoted)).toMatchObject({
      code: 0,
      outcome: "deployed",
      revision: tested,
      tree: staged.tree,
      promotedFrom: { environment: "staging", release: staged.release },
    });
    for (const name of PRODUCTION) {
      for (const path of ["index.html", "odd/line one\nline two", "bin/tool"]) expect(file(name, path)).toBe(file(STAGING, path));
      expect(file(name, "made")).toBe("made on the host\n");
      expect(record(name)).toMatchObject({
        id: promoted.release,
        revision: tested,
        tree: staged.tree,
        source: `${staged.release} of staging (${tested.slice(0, 7)})`,
        promotedFrom: { environment: "staging", release: staged.release },
      });
    }
    const { rows } = await project.json(["history", "production"]);
    expect(rows.at(-1)).toMatchObject({ promotedFrom: { environment: "staging", release: staged.release } });
    expect((await project.slh(["history", "production"])).stdout).toContain(`${staged.release} of staging`);
    const [{ releases }] = (await project.json(["releases", "production"])).hosts;
    expect(releases[0]).toMatchObject({ promotedFrom: { environment: "staging", release: staged.release } });
    expect(await promote()).toMatchObject({ code: 0, outcome: "unchanged" });
    // Nobody locked or changed anything there.
    expect((await project.json(["history", "staging"])).rows).toHaveLength(1);
  });

  test("what came since is told, as for any deploy", async () => {
    const first = project.commit("the first");
    await stage();
    await promote();
    project.write({ "index.html": "<p>two</p>\n" });
    const second = project.commit("the second");
    await stage();
    expect(await promote()).toMatchObject({ commits: { from: first, to: second, added: { count: 1 } } });
    const { stdout } = await project.slh(["deploy", "production", "--from", "staging", "--force"]);
    expect(stdout).toMatch(/promoted +\S+ of staging, the same files/u);
  });

  test("P3: what staging serves by then is another commit than the CI job tested: nothing is deployed, and what would be right is said", async () => {
    const tested = project.commit("tested");
    const { release: right } = await stage();
    project.write({ "index.html": "<p>two</p>\n" });
    project.commit("another");
    const { release: wrong } = await stage();
    const env = { GITHUB_ACTIONS: "true", GITHUB_SHA: tested, GITHUB_REF: "refs/heads/main" };
    const refused = await project.json(["deploy", "production", "--from", "staging"], { env });
    expect(refused).toMatchObject({
      code: 1,
      outcome: "failed",
      error: {
        kind: "not-promoted",
        message: expect.stringMatching(new RegExp(`^staging serves ${wrong}, .* this CI job tested ${tested.slice(0, 7)}`, "u")),
        remedy: expect.stringContaining(`--from staging --release ${right}`),
      },
    });
    expect(PRODUCTION.map((name) => live(root(name)))).toEqual([null, null]);
    const named = await project.json(["deploy", "production", "--from", "staging", "--release", right], { env });
    expect(named).toMatchObject({ code: 0, revision: tested, promotedFrom: { release: right } });
    expect(file("web2", "index.html")).toBe("<p>one</p>\n");
  });

  test("P3: in CI, what somebody put there from a directory is not what was tested", async () => {
    const tested = project.commit("tested");
    project.write({ "dist/index.html": "<p>from a desk</p>\n" });
    await stage("--directory", join(project.directory, "dist"));
    const env = { GITHUB_ACTIONS: "true", GITHUB_SHA: tested, GITHUB_REF: "refs/heads/main" };
    const refused = await project.json(["deploy", "production", "--from", "staging"], { env });
    expect(refused).toMatchObject({
      code: 1,
      error: {
        kind: "not-promoted",
        message: expect.stringContaining("made from no commit that is known, and this CI job tested"),
      },
    });
    expect(PRODUCTION.map((name) => live(root(name)))).toEqual([null, null]);
    expect(await promote()).toMatchObject({ code: 0, outcome: "deployed", revision: null });
  });

  test("a tested commit that changed no file that is deployed made no release: what is said then leads on", async () => {
    await stage();
    project.git("commit", "--quiet", "--allow-empty", "--message", "another commit, the same files");
    const tested = project.git("rev-parse", "HEAD");
    const env = { GITHUB_ACTIONS: "true", GITHUB_SHA: tested, GITHUB_REF: "refs/heads/main" };
    expect(await project.json(["deploy", "staging"], { env })).toMatchObject({ code: 0, outcome: "unchanged" });
    const promote = ["deploy", "production", "--from", "staging"];
    const refused = await project.json(promote, { env });
    expect(refused).toMatchObject({ code: 1, error: { remedy: expect.stringContaining("with --force") } });
    expect(await project.json(["deploy", "staging", "--force"], { env })).toMatchObject({ code: 0, outcome: "deployed" });
    expect(await project.json(promote, { env })).toMatchObject({ code: 0, revision: tested });
  });

  test("P10: a file that was edited there is not passed on: no host is switched", async () => {
    const { release } = await stage();
    writeFileSync(join(root(STAGING), "releases", release, "index.html"), "<p>bad</p>\n");
    const failed = await promote();
    expect(failed).toMatchObject({ code: 1, outcome: "failed" });
    expect(JSON.stringify(failed)).toContain("index.html");
    expect(PRODUCTION.map((name) => live(root(name)))).toEqual([null, null]);
  });

  test("what links to shared/ took the place of there cannot be had: no harm where they do here, too", async () => {
    project.write({ "config/app.yml": "a: 1\n" });
    project.commit();
    const shared = { shared: { files: ["config/app.yml"] } };
    for (const name of [STAGING, ...PRODUCTION]) {
      mkdirSync(join(root(name), "shared/config"), { recursive: true });
      writeFileSync(join(root(name), "shared/config/app.yml"), "own\n");
    }
    configure(shared, shared);
    const { tree } = await stage();
    expect(await promote()).toMatchObject({ code: 0, tree });
    expect(file("web3", "config/app.yml")).toBe("own\n");
    expect(await promote()).toMatchObject({ code: 0, outcome: "unchanged" });
    configure({}, shared);
    const lacking = await promote();
    expect(lacking).toMatchObject({ code: 1, outcome: "failed" });
    expect(JSON.stringify(lacking.hosts)).toContain("config/app.yml of the tree cannot be had from another host");
  });

  test("a late host of production gets the same, and says the same of where it is from", async () => {
    const { release: staged } = await stage();
    configure({ hosts: ["web2"] });
    const { release } = await promote();
    configure();
    expect(await project.json(["deploy", "production", "--only-behind"])).toMatchObject({ code: 0, release });
    expect(record("web3")).toEqual(record("web2"));
    const hosts: Json[] = (await project.json(["releases", "production"])).hosts;
    expect(hosts.map(({ releases }) => releases[0].promotedFrom.release)).toEqual([staged, staged]);
  });

  test("P11: a plan of it that was saved is about that very release, also when staging serves another one by then", async () => {
    const { release: planned, tree } = await stage();
    const plan = join(project.directory, "../plan.json");
    const from = ["--from", "staging"];
    expect(await project.json(["plan", "production", ...from, "--out", plan])).toMatchObject({
      code: 0,
      outcome: "deploy",
      tree,
      asked: { from: { environment: "staging", release: planned } },
    });
    project.write({ "index.html": "<p>two</p>\n" });
    project.commit();
    await stage();
    expect((await project.slh(["deploy", "production", "--plan", plan])).stderr).toContain("Say so again: --from staging");
    const other = await project.slh(["deploy", "production", "--plan", plan, ...from, "--release", "20200101T000000Z"]);
    expect(other.stderr).toContain(`This plan is about ${planned} of staging.`);
    expect(await project.json(["deploy", "production", "--plan", plan, ...from])).toMatchObject({
      code: 0,
      tree,
      promotedFrom: { release: planned },
    });
  });

  test("nothing to promote, or nobody to ask: nothing is touched", async () => {
    expect(await promote()).toMatchObject({
      code: 1,
      error: { message: expect.stringContaining("No release is live in staging.") },
    });
    await stage();
    configure({}, { hosts: [STAGING, { name: "gone", host: "127.0.0.1", port: 9 }] });
    const warned = await promote();
    expect(warned).toMatchObject({ code: 0, outcome: "deployed" });
    expect(warned.warnings[0]).toContain("gone of staging: Not asked what is live there, since it cannot be reached.");
    configure({}, { hosts: [{ name: "gone", host: "127.0.0.1", port: 9 }] });
    expect(await promote()).toMatchObject({
      code: 1,
      outcome: "failed",
      error: {
        message: expect.stringContaining("What staging serves could not be taken from it."),
        output: [expect.stringContaining("gone of staging: ")],
      },
    });
    configure({}, { root: `${fleet.appRoot}/elsewhere` });
    rmSync(join(root(STAGING), "current"));
    expect(await promote()).toMatchObject({ code: 1 });
    expect(readlinkSync(join(root("web2"), "current"))).toContain("releases/");
  });

  test("what cannot be meant is refused", async () => {
    const cases: [args: string[], words: string][] = [
      [["production", "--from", "production"], "cannot be deployed from itself"],
      [["production", "--from", "staging", "--ref", "main"], "exclude each other"],
      [["production", "--from", "staging", "--directory", "lib"], "exclude each other"],
      [["production", "--from", "staging", "--only-behind"], "exclude each other"],
      [["production", "--release", "20200101T000000Z"], "Say of which: --from ENVIRONMENT"],
      [["production", "--from", "nowhere"], "nowhere"],
    ];
    for (const [args, words] of cases)
      expect(await project.slh(["deploy", ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });
});
