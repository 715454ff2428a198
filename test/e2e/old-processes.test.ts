import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

/** A server that stays in the release it was started in, and writes its number where the next one finds it. */
const START = "nohup sleep 1000 >/dev/null 2>&1 & echo $! >$SLH_SHARED/pid";
/** What every careful reload does: the old one goes a moment after the new one has come. */
const RELOAD = `old=$(cat "$SLH_SHARED/pid" || echo) 2>/dev/null; ${START}; [ -z "$old" ] || { (sleep 0.5; kill $old) >/dev/null 2>&1 & }`;
const END = 'kill $(cat "$SLH_SHARED/pid")';

const left = (report: Json): Json[] =>
  report.hosts.map((host: Json) => host.processes?.map(({ release }: Json) => release) ?? []);

async function deploy(project: Project, settings: object, message: string): Promise<Json> {
  project.configure(settings as Record<string, unknown>);
  project.write({ "index.html": message });
  project.commit(message);
  return project.json(["deploy"]);
}

const task = (afterSwitch: string, oldProcesses: object): object => ({ tasks: { afterSwitch }, oldProcesses });

describe("on this machine", () => {
  let project: Project;
  const children: ChildProcess[] = [];
  beforeAll(() => void (project = openProject()));
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  afterAll(() => project.close());

  /** What nobody reloads: a process of the live release. */
  async function forgotten(): Promise<ChildProcess> {
    const child = spawn("sleep", ["1000"], { cwd: `${project.appRoot}/current`, stdio: "ignore" });
    children.push(child);
    await once(child, "spawn");
    return child;
  }

  test("P12: what still runs from the release before is told, by the report and by status, until it ends", async () => {
    const first = await deploy(project, {}, "first of all");
    const { pid = 0 } = await forgotten();
    const second = await deploy(project, { oldProcesses: { within: 1 } }, "second");
    expect(second).toMatchObject({ code: 0, outcome: "deployed" });
    const process = { pid, name: "sleep", release: first.release, kind: "process" };
    expect(second.hosts[0].processes).toEqual([process]);
    expect(second.warnings).toEqual([
      expect.stringContaining(`local: 1 process still runs from another release: sleep (${pid}) of ${first.release}.`),
    ]);
    expect((await project.json(["status"])).hosts[0]).toMatchObject({ processes: [process] });
    const { stdout } = await project.slh(["status"]);
    expect(stdout).toMatch(
      new RegExp(String.raw`processes +1 process still runs from another release: sleep \(${pid}\) of ${first.release}`),
    );
    children[0]?.kill("SIGKILL");
    await once(children.pop() as ChildProcess, "exit");
    expect((await project.json(["status"])).hosts[0].processes).toEqual([]);
    expect((await project.slh(["status"])).stdout).toMatch(/processes +none of another release/);
  });

  test("P2: where nothing may be left the deploy is taken back", async () => {
    const before = live(project.appRoot);
    await forgotten();
    const report = await deploy(project, { oldProcesses: { within: 0, whenLeft: "fail" } }, "third");
    expect(report).toMatchObject({ code: 5, outcome: "returned" });
    expect(report.hosts[0].error).toMatchObject({ kind: "old-processes", phase: "old processes" });
    expect(report.hosts[0].error.message).toContain("1 process still runs from another release: sleep");
    expect(live(project.appRoot)).toEqual(before);
  });

  test("who does not want to know is not told", async () => {
    await forgotten();
    const report = await deploy(project, { oldProcesses: { whenLeft: "ignore" } }, "fourth");
    expect(report).toMatchObject({ code: 0, warnings: [] });
  });
});

describeHosts("on three hosts", () => {
  let fleet: Fleet;
  let project: Project;
  beforeAll(async () => {
    fleet = await startFleet({ hosts: 3 });
    project = openProject({ fleet });
  });
  afterAll(async () => {
    project?.close();
    await fleet?.stop();
  });

  test("P12: a reload that takes is waited for on each, and one that does not is told of each", async () => {
    expect(await deploy(project, task(RELOAD, {}), "one")).toMatchObject({ code: 0, warnings: [] });
    const two = await deploy(project, task(RELOAD, { within: "60s", whenLeft: "fail" }), "two");
    expect(two).toMatchObject({ code: 0, warnings: [] });
    expect(left(two)).toEqual([[], [], []]);
    // Now nobody reloads.
    const three = await deploy(project, task("true", { within: 0 }), "three");
    expect(three.code).toBe(0);
    expect(left(three)).toEqual([[two.release], [two.release], [two.release]]);
    const status = await project.json(["status"]);
    expect(left(status)).toEqual(left(three));
  });

  test("P2: a rollback waits likewise, and a way back tells what is left", async () => {
    const back = await (project.configure(task(END, { within: "60s" }) as never), project.json(["rollback"]));
    expect(back).toMatchObject({ code: 0, outcome: "rolled-back" });
    expect(left(back)).toEqual([[], [], []]);
    const keep = await deploy(project, task(START, { within: 0 }), "four");
    expect(keep.code).toBe(0);
    const failing = task('[ "$SLH_ACTION" = return ] || { (nohup sleep 1000 >/dev/null 2>&1 & ); exit 1; }', { within: 0 });
    const report = await deploy(project, failing, "five");
    expect(report).toMatchObject({ code: 5, outcome: "returned" });
    // The first that fails stops the others, which may not have begun.
    expect(new Set(left(report).flat())).toEqual(new Set([report.release]));
    await project.json(["exec", "--", "pkill", "-x", "sleep"]);
  });
});
