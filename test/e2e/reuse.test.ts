import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFleet } from "../hosts/fleet.ts";
import { type Json, openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = openProject();
  project.write({ "package-lock.json": "one\n" });
  project.commit();
});
afterEach(() => project.close());

const INSTALL = "echo made by $SLH_RELEASE >made-by; mkdir node_modules; mv made-by node_modules";
const REUSE = { path: "node_modules", key: ["package-lock.json"] };

function configure(more: object = {}, reuse: object = REUSE, makes: object = { makes: "node_modules" }): void {
  const prepare = [{ run: INSTALL, ...makes }, "echo built >built"];
  project.configure({ reuse: [reuse], tasks: { prepare }, ...more });
}

/** A new commit, deployed: what the report says of the one host, and who made what is there now. */
async function deploy(...args: string[]): Promise<Json> {
  project.write({ "index.html": `${Math.random()}` });
  project.commit();
  const report = await project.json(["deploy", ...args]);
  expect(report).toMatchObject({ outcome: "deployed", code: 0 });
  const [host] = report.hosts;
  const current = join(project.appRoot, "current");
  const maker = readFileSync(join(current, "node_modules/made-by"), "utf8").trim().replace("made by ", "");
  expect(existsSync(join(current, "built"))).toBe(true);
  return { ...host, maker, warnings: report.warnings };
}

describe("reuse", () => {
  test("what a task made is copied and the task skipped while the key is the same, through many releases", async () => {
    configure();
    const first = await deploy();
    expect(first.reused).toBeUndefined();
    const plan = await project.json(["plan", "--force"]);
    const row = { path: "node_modules", from: first.live, skipped: [INSTALL] };
    expect(plan.hosts[0].reuse).toEqual([{ ...row, bytes: expect.any(Number) }]);
    expect(plan.hosts[0].tasks.filter(({ skipped }: Json) => skipped)).toMatchObject([{ run: INSTALL }]);
    const second = await deploy();
    expect(second.reused).toEqual([{ ...row, bytes: plan.hosts[0].reuse[0].bytes, ms: expect.any(Number) }]);
    expect(second.phases.map(({ name }: Json) => name)).toContain("reuse");
    const third = await deploy();
    expect([second.maker, third.maker, third.reused[0].from]).toEqual([first.live, first.live, second.live]);
    project.write({ "package-lock.json": "two\n" });
    const fourth = await deploy();
    expect([fourth.maker, fourth.reused]).toEqual([fourth.live, undefined]);
    project.write({ "package-lock.json": "one\n" });
    expect((await deploy()).reused[0].from).toBe(third.live);
  });

  test("the key holds the runtime, the tasks that make it and their environment", async () => {
    const version = join(project.directory, "..", "version");
    writeFileSync(version, "v20");
    const reuse = { ...REUSE, runtime: `cat '${version}'` };
    configure({}, reuse);
    await deploy();
    expect((await deploy()).reused).toHaveLength(1);
    writeFileSync(version, "v22");
    expect((await deploy()).reused).toBeUndefined();
    expect((await deploy()).reused).toHaveLength(1);
    configure({ env: { NODE_ENV: "test" } }, reuse);
    expect((await deploy()).reused).toBeUndefined();
    configure({ env: { NODE_ENV: "test" } }, reuse, { makes: "node_modules", timeout: 77 });
    expect((await deploy()).reused).toBeUndefined();
    rmSync(version);
    const { reused, warnings } = await deploy();
    expect([reused, warnings]).toEqual([undefined, [expect.stringMatching(/not reused: .* ended with exit code 1/)]]);
  });

  test("one that was edited in place is not spread: all is made anew, with a warning", async () => {
    configure();
    const { live } = await deploy();
    writeFileSync(join(project.appRoot, "releases", live, "node_modules/made-by"), "somebody");
    const told = (await project.json(["plan", "--force"])).hosts[0];
    expect([told.reuse[0].from, told.tasks.some(({ skipped }: Json) => skipped)]).toEqual([null, false]);
    const next = await deploy();
    expect([next.maker, next.reused]).toEqual([next.live, undefined]);
    expect(next.warnings).toEqual([expect.stringMatching(/node_modules of release .* is not reused/)]);
  });

  test("a deploy that failed leaves nothing to take over", async () => {
    configure({ tasks: { prepare: { run: INSTALL, makes: "node_modules" }, afterSwitch: "exit 1" } });
    expect((await project.json(["deploy"])).outcome).toBe("returned");
    configure();
    const { reused } = await deploy();
    expect(reused).toBeUndefined();
  });

  test("--fresh makes all anew, even where the same is live already", async () => {
    configure();
    const first = await deploy();
    const report = await project.json(["deploy", "--fresh"]);
    expect([report.outcome, report.hosts[0].reused]).toEqual(["deployed", undefined]);
    expect((await project.json(["plan", "--fresh"])).hosts[0].reuse).toMatchObject([{ from: null }]);
    expect((await deploy()).maker).not.toBe(first.live);
  });

  test("without `makes` the task runs on what was copied", async () => {
    configure({ tasks: { prepare: ["mkdir -p node_modules; echo made by $SLH_RELEASE >node_modules/made-by", "echo >built"] } });
    await deploy();
    const { reused, maker, live } = await deploy();
    expect([reused, maker]).toEqual([[expect.objectContaining({ skipped: [] })], live]);
  });

  test("a key that is not deployed, and a path that is, stop the deploy and the plan before anything changes", async () => {
    configure({}, { path: "lib", key: ["yarn.lock"] }, {});
    for (const command of ["plan", "deploy"]) {
      const { code, stdout, stderr } = await project.slh([command]);
      expect([code, stdout + stderr]).toEqual([
        1,
        expect.stringMatching(/yarn\.lock, a key of lib in `reuse`, is not in what is/),
      ]);
      expect(stdout + stderr).toMatch(/lib of `reuse` is part of what is deployed/);
    }
    expect(existsSync(join(project.appRoot, "current"))).toBe(false);
  });

  test("pruned releases leave no keys behind", async () => {
    configure({ keep: 1 });
    await deploy();
    const { live } = await deploy();
    const kept = (await project.json(["releases"])).hosts[0].releases.map(({ id }: Json) => `${id}.reuse`);
    expect(kept).toContain(`${live}.reuse`);
    const keys = readdirSync(join(project.appRoot, ".symlink-helper/manifests")).filter((name) => name.endsWith(".reuse"));
    expect(keys.toSorted()).toEqual(kept.toSorted());
  });
});

test("over SSH, each host takes over what it has itself", async () => {
  const fleet = await startFleet({ hosts: 2 });
  const remote = openProject({ fleet });
  try {
    remote.write({ "package-lock.json": "one\n" });
    remote.commit();
    remote.configure({ reuse: [{ ...REUSE, runtime: "uname" }], tasks: { prepare: [{ run: INSTALL, makes: "node_modules" }] } });
    const first = await remote.json(["deploy"]);
    rmSync(join(remote.roots[1] ?? "", "releases", first.release, "node_modules/made-by"));
    const { hosts, outcome } = await remote.json(["deploy", "--force"]);
    expect(outcome).toBe("deployed");
    expect(hosts.map(({ reused }: Json) => reused?.[0].from)).toEqual([first.release, undefined]);
  } finally {
    remote.close();
    await fleet.stop();
  }
});
