import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { listing, live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

/** Everything that is on the host: its whole parent, so that a root which should not exist is seen. */
function seen(): string[] {
  return existsSync(project.appRoot) ? listing(project.appRoot) : ["nothing"];
}

/** The plan, proved to have changed nothing. */
async function plan(...args: string[]): Promise<Json> {
  const before = seen();
  const document = await project.json(["plan", ...args]);
  expect(seen()).toEqual(before);
  return document;
}

/** What a deploy did, in the plan's words. */
async function deed(
  ...args: string[]
): Promise<{ code: number | null; outcome: string; sent: string; prune: string[]; live: string }> {
  const { code, stdout, stderr } = await project.slh(["deploy", "--json", ...args]);
  const report = JSON.parse(stdout);
  const sent = /compare: (\d+ files? to send \([^)]*\))/.exec(stderr)?.[1] ?? "";
  return { code, outcome: report.outcome, sent, prune: report.hosts[0].pruned, live: report.hosts[0].live };
}

describe("P11: the plan is the deed", () => {
  test("for a first deploy: what is created, sent, linked and run", async () => {
    mkdirSync(join(project.appRoot, "shared"), { recursive: true });
    writeFileSync(join(project.appRoot, "shared/.env"), "A=1\n");
    const tasks = { prepare: ["echo one", "echo two"], afterSwitch: { run: "echo three", on: "first" }, finish: "echo four" };
    project.configure({ shared: { dirs: ["log"], files: [".env"] }, tasks });
    const { hosts, outcome, code, files } = await plan();
    expect([code, outcome, files]).toEqual([0, "deploy", 3]);
    expect(hosts[0]).toMatchObject({
      host: "local",
      root: project.appRoot,
      live: null,
      send: { files: 3, bytes: 33 },
      copy: { files: 0, bytes: 0, from: [] },
      shared: [
        { path: "log", action: "create" },
        { path: ".env", action: "link" },
      ],
      tasks: [
        { point: "prepare", run: "echo one" },
        { point: "prepare", run: "echo two" },
        { point: "afterSwitch", run: "echo three" },
        { point: "finish", run: "echo four" },
      ],
      prune: [],
      clean: [],
      problems: [],
    });
    expect(await deed()).toMatchObject({ code: 0, outcome: "deployed", sent: "3 files to send (33 B)", prune: [] });
    const nothing = { unchanged: true, send: { files: 0, bytes: 0 }, shared: [], tasks: [], prune: [] };
    expect(await plan()).toMatchObject({ outcome: "unchanged", hosts: [nothing] });
    expect(await plan("--force")).toMatchObject({ outcome: "deploy", hosts: [{ unchanged: false, copy: { files: 3 } }] });
    expect(await deed()).toMatchObject({ code: 0, outcome: "unchanged" });
  });

  test("for the next: only what changed is sent, also when it was renamed or comes from an older release", async () => {
    project.write({ "big.txt": "b".repeat(1000) });
    project.commit();
    await deed();
    const rows: [change: () => void, files: number, bytes: number][] = [
      [() => project.write({ "index.html": "<p>changed</p>\n" }), 1, 15],
      [() => project.git("mv", "big.txt", "moved.txt"), 0, 0],
      [() => project.write({ "copy of it.txt": "b".repeat(1000), "new.txt": "new\n" }), 1, 4],
      [() => project.write({ "index.html": "<p>one</p>\n" }), 0, 0],
      [() => project.git("rm", "--quiet", "new.txt"), 0, 0],
      [() => project.write({ "index.html": { executable: "<p>one</p>\n" } }), 0, 0],
    ];
    for (const [index, [change, files, bytes]] of rows.entries()) {
      change();
      project.commit();
      const { hosts } = await plan();
      expect([index, hosts[0].send]).toEqual([index, { files, bytes }]);
      const did = await deed();
      expect([index, did.outcome, did.sent]).toEqual([
        index,
        "deployed",
        `${files} ${files === 1 ? "file" : "files"} to send (${bytes} B)`,
      ]);
    }
  });

  test("for what is pruned", async () => {
    project.configure({ keep: 2 });
    for (let round = 0; round < 4; round += 1) {
      project.write({ "index.html": `round ${round}` });
      project.commit();
      const { hosts } = await plan();
      const { prune, code } = await deed();
      expect([code, prune]).toEqual([0, hosts[0].prune]);
      expect(prune).toHaveLength(round < 2 ? 0 : 1);
    }
  });

  test("for what an interrupted run left", async () => {
    await deed();
    project.configure({ tasks: { prepare: "kill -9 -$(ps -o pgid= -p $PPID | tr -d ' ')" } });
    await project.slh(["deploy", "--force"]);
    project.configure({});
    const { hosts } = await plan("--force");
    const { code } = await deed("--force");
    expect([code, hosts[0].problems]).toEqual([0, []]);
    expect(await plan()).toMatchObject({ hosts: [{ clean: [] }] });
  });

  test("for what is in the way: exit code 1 from both, and the same words", async () => {
    project.configure({ shared: { files: ["missing"] } });
    const { hosts, code, outcome } = await plan();
    expect([code, outcome]).toEqual([1, "blocked"]);
    const report = await project.json(["deploy"]);
    expect(report.code).toBe(1);
    expect(report.hosts[0].error.message).toContain(hosts[0].problems[0]);
    expect(live(project.appRoot)).toBeNull();
  });

  test("for a build, it says what only the build decides, and runs nothing of it", async () => {
    const proof = join(project.directory, "../was built");
    project.configure({ tasks: { build: `touch '${proof}' && echo made >made.txt`, prepare: `touch '${proof}'` } });
    const document = await plan();
    expect(document).toMatchObject({ code: 0, outcome: "deploy", tree: null, files: null, hosts: [{ send: null, copy: null }] });
    expect(document.hosts[0].tasks).toContainEqual({ point: "build", run: expect.stringContaining("made.txt") });
    expect(existsSync(proof)).toBe(false);
    expect((await project.slh(["plan"])).stdout).toContain("known once it is built");
    expect(await deed()).toMatchObject({ code: 0, outcome: "deployed" });
    expect(existsSync(join(project.appRoot, "current/made.txt"))).toBe(true);
  });
});

test("plan names a running deploy, and ends with 0: deploy would wait for it", async () => {
  project.configure({ tasks: { prepare: 'touch "$SLH_SHARED/begun"; while [ -e "$SLH_SHARED/begun" ]; do sleep 0.1; done' } });
  const running = project.slh(["deploy", "-m", "a long one"]);
  const begun = join(project.appRoot, "shared/begun");
  await until("the task has begun", () => existsSync(begun));
  const document = await project.json(["plan"]);
  expect(document).toMatchObject({
    code: 0,
    outcome: "deploy",
    hosts: [{ lock: { kind: "lease", command: "deploy", reason: "a long one" } }],
  });
  rmSync(begun);
  expect((await running).code).toBe(0);
});

test("what is live is the same only while tree, tasks, environment and rules are", async () => {
  const settings = { tasks: { prepare: "true" }, env: { A: "1" }, shared: { dirs: ["log"] } };
  project.configure(settings);
  await deed();
  const rows: [outcome: string, settings: object][] = [
    ["unchanged", settings],
    ["unchanged", { ...settings, keep: 3, wait: "1m" }],
    ["deploy", { ...settings, tasks: { prepare: "true # another" } }],
    ["deploy", { ...settings, tasks: { ...settings.tasks, afterSwitch: "true" } }],
    ["deploy", { ...settings, env: { A: "2" } }],
    ["deploy", { ...settings, shared: { dirs: ["log", "tmp"] } }],
    ["deploy", { ...settings, permissions: { files: "0640" } }],
    ["deploy", { ...settings, exclude: ["symlink-helper.yaml", "lib"] }],
  ];
  for (const [outcome, changed] of rows) {
    project.configure({ ...changed });
    expect([changed, (await plan()).outcome]).toEqual([changed, outcome]);
  }
});

test("P3: what is live is not called the same where some of it is gone; where a file was only edited, it is", async () => {
  await project.json(["deploy"]);
  const first = live(project.appRoot) ?? "";
  writeFileSync(join(project.appRoot, "current/index.html"), "edited by hand");
  expect(await project.json(["deploy"])).toMatchObject({ outcome: "unchanged", release: first });
  rmSync(join(project.appRoot, "current/lib"), { recursive: true });
  const before = listing(project.appRoot);
  const plan = await project.json(["plan"]);
  expect(plan).toMatchObject({
    outcome: "deploy",
    warnings: [expect.stringMatching(/no longer whole\. Missing .* makes it anew/)],
  });
  expect(listing(project.appRoot)).toEqual(before);
  const report = await project.json(["deploy"]);
  expect(report).toMatchObject({
    code: 0,
    outcome: "deployed",
    warnings: [expect.stringMatching(/It is made anew/), expect.anything()],
  });
  expect(existsSync(join(project.appRoot, "current/lib"))).toBe(true);
  expect(await project.json(["deploy"])).toMatchObject({ outcome: "unchanged" });
});

test("plan tells which secrets a deploy from here would want", async () => {
  project.configure({ tasks: { prepare: { run: "true", secrets: ["NEVER_SET_ANYWHERE"] } } });
  expect(await project.json(["plan"])).toMatchObject({
    code: 0,
    warnings: expect.arrayContaining([expect.stringContaining("NEVER_SET_ANYWHERE")]),
  });
  expect(await project.json(["deploy"])).toMatchObject({ code: 2 });
});
