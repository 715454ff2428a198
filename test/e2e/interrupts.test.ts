import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root as checkout } from "../../scripts/files.mjs";
import { until } from "../hosts/until.ts";
import { live } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const program = join(checkout, "bin/symlink-helper");
const there = (name: string): string => join(project.appRoot, "shared", name);

/** A pipe that takes no more, and that nobody reads. */
function fullPipe(path: string): number {
  execFileSync("mkfifo", [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(pipe, "-".repeat(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: "EAGAIN" });
    return pipe;
  }
}

/** A task that says that it has begun and waits until it is let go, or stopped. */
const WAIT = 'touch "$SLH_SHARED/begun"; while ! [ -e "$SLH_SHARED/go" ]; do sleep 0.1; done';

describe("signals", () => {
  /** Starts a deploy and waits until its task has begun. */
  async function begun(
    tasks: object,
    args: readonly string[] = [],
    stdout: number | "pipe" = "pipe",
  ): Promise<{ child: ReturnType<typeof spawn>; said: () => string; code: Promise<number | null> }> {
    project.configure({ tasks, lease: "5s" });
    const child = spawn(process.execPath, [program, "deploy", "--force", ...args], {
      cwd: project.directory,
      stdio: ["ignore", stdout, "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (said += String(chunk)));
    const code = new Promise<number | null>((resolve) => child.on("close", resolve));
    await until("the task has begun", () => existsSync(there("begun")));
    return { child, said: () => said, code };
  }

  async function expectClean(release: string | null): Promise<void> {
    expect(live(project.appRoot)).toBe(release);
    await until("the lock is free", async () => (await project.json(["lock"])).hosts[0].lock === null);
    expect(readdirSync(join(project.appRoot, ".symlink-helper/run"))).toEqual([]);
    for (const name of ["begun", "go"]) rmSync(there(name), { force: true });
    project.configure({});
    expect(await project.json(["deploy", "--force"])).toMatchObject({ code: 0 });
    const { findings } = (await project.json(["status"])).hosts[0];
    expect(findings).toEqual([]);
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s before the switch: nothing is changed, 130", async (name) => {
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    const { child, said, code } = await begun({ prepare: WAIT }, ["--json"]);
    child.kill(name);
    expect(await code).toBe(130);
    expect(said()).toContain("no new switch is made");
    expect(said()).toContain("Every host serves what it served before.");
    expect(said()).toContain('"outcome": "interrupted"');
    await expectClean(before);
  });

  test("SIGINT behind the switch: taken back, 130", async () => {
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    const { child, said, code } = await begun({ afterSwitch: `[ "$SLH_ACTION" = return ] || { ${WAIT}; }` });
    expect(live(project.appRoot)).not.toBe(before);
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(said()).toContain("Every host serves what it served before.");
    await expectClean(before);
  });

  test("P5: killed while the release gone back to is reloaded: the host does that itself", async () => {
    const note = (text: string): string => `echo "${text} $SLH_ACTION" >>"$SLH_SHARED/marks"`;
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    const reload = `[ "$SLH_ACTION" = return ] || exit 1; ${note("start")}; touch "$SLH_SHARED/begun"; sleep 1; ${note("end")}`;
    const { child, code } = await begun({ afterSwitch: reload });
    child.kill("SIGKILL");
    await code;
    await until("it is reloaded", () => readFileSync(there("marks"), "utf8").includes("end return"));
    await expectClean(before);
  });

  test("SIGINT twice: left at once, and the host puts itself right", async () => {
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    const deaf = "trap '' TERM INT; touch \"$SLH_SHARED/begun\"; i=0; while [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done";
    const { child, said, code } = await begun({ prepare: deaf });
    child.kill("SIGINT");
    await until("it says what it does", () => said().includes("Press Ctrl-C again"));
    await sleep(400);
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(said()).toContain("Left at once: hosts were not waited for");
    expect(said()).toContain("symlink-helper status");
    await expectClean(before);
  });

  /** Sends one after the other until it is gone. */
  function keepSending(child: ReturnType<typeof spawn>, name: NodeJS.Signals): void {
    const timer = setInterval(() => child.kill(name), 1);
    child.on("exit", () => clearInterval(timer));
  }

  test("P3: signals that come until the program is gone do not take the place of its exit code", async () => {
    await project.slh(["deploy"]);
    const { child, said, code } = await begun({ prepare: WAIT });
    child.kill("SIGINT");
    await until("it says what it does", () => said().includes("Press Ctrl-C again"));
    keepSending(child, "SIGTERM");
    expect([await code, child.signalCode]).toEqual([130, null]);
    expect(said()).toContain("Every host serves what it served before.");
    rmSync(there("begun"));
    const done = await begun({ afterSwitch: WAIT });
    spawnSync("touch", [there("go")]);
    await until("it says how it ended", () => done.said().includes("Deployed "));
    keepSending(done.child, "SIGTERM");
    expect([await done.code, done.child.signalCode]).toEqual([0, null]);
  });

  test("where nobody takes what it has to say, it ends by a signal all the same", async () => {
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    const full = fullPipe(join(project.directory, "pipe"));
    const { child, code } = await begun({ prepare: WAIT }, ["--json"], full);
    child.kill("SIGINT");
    await until("nothing is left to do", async () => (await project.json(["lock"])).hosts[0].lock === null);
    keepSending(child, "SIGTERM");
    expect([await code, child.signalCode]).toEqual([null, "SIGTERM"]);
    closeSync(full);
    await expectClean(before);
  });

  test("SIGINT while it waits for the lock: 130, and nobody is disturbed", async () => {
    const { code } = await begun({ prepare: WAIT });
    const waiting = spawn(process.execPath, [program, "deploy", "--force"], {
      cwd: project.directory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [waiting.stdout, waiting.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
    const ended = new Promise<number | null>((resolve) => waiting.on("close", resolve));
    await until("it waits", () => said.includes("has the lock"));
    waiting.kill("SIGINT");
    expect(await ended).toBe(130);
    spawnSync("touch", [there("go")]);
    expect(await code).toBe(0);
    await expectClean(live(project.appRoot));
  });
});

describe("time limits of tasks", () => {
  test("a task that takes longer is stopped with all that it started, and the message says how long it had", async () => {
    project.configure({ tasks: { prepare: { run: "echo begun; sleep 1234.5 & sleep 1234.5", timeout: "1s" } } });
    const report = await project.json(["deploy"]);
    expect(report).toMatchObject({ code: 1, outcome: "failed" });
    expect(report.hosts[0].error).toMatchObject({
      kind: "task-timeout",
      phase: "prepare",
      message: "The prepare task `echo begun; sleep 1234.5 & sleep 1234.5` did not end within 1 s and was stopped.",
      remedy: "Find out what it waits for, or raise `timeout` of the task.",
      output: ["begun"],
    });
    const { stdout } = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
    expect(stdout.split("\n").filter((line) => line === "sleep 1234.5")).toEqual([]);
  });

  test("of a build too", async () => {
    project.configure({ tasks: { build: { run: "echo begun; sleep 1234.5", timeout: "1s" } } });
    const report = await project.json(["deploy"]);
    expect(report).toMatchObject({ code: 1, outcome: "failed", hosts: expect.anything() });
    expect(report.error).toMatchObject({
      kind: "build-failed",
      message: "The build task `echo begun; sleep 1234.5` did not end within 1 s and was stopped. No host was touched.",
    });
  });
});
