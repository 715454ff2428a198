import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { listing, live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

const ID = /^\d{8}T\d{6}Z$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The story of an application on so many hosts (0: on this machine), told by every command in the order of the file: each test goes on where
 * the one before it stopped.
 */
export function tellStory(hosts: number): void {
  let fleet: Fleet | undefined;
  let project: Project;
  const releases: string[] = [];

  beforeAll(async () => {
    fleet = hosts === 0 ? undefined : await startFleet({ hosts });
    project = openProject(fleet === undefined ? {} : { fleet });
  });
  afterAll(async () => {
    project?.close();
    await fleet?.stop();
  });

  /** The report's contract: the names of its fields and what is in them. */
  function expectReport(report: Json, command: string, outcome: string): void {
    expect(report).toMatchObject({ schema: 1, command, app: "shop", environment: "production", outcome });
    expect(report.startedAt).toMatch(TIME);
    expect(report.durationMs).toBeGreaterThanOrEqual(0);
    for (const field of ["release", "previous", "revision", "tree", "error"]) expect(report).toHaveProperty(field);
    expect(Array.isArray(report.warnings)).toBe(true);
    expect(report.hosts.map(({ host }: Json) => host)).toEqual(project.hosts);
    for (const host of report.hosts) {
      for (const field of ["outcome", "live", "liveKnown", "previous", "pruned", "error"]) expect(host).toHaveProperty(field);
      expect(host.phases.length).toBeGreaterThan(0);
      for (const phase of host.phases) {
        expect(phase).toEqual({ name: expect.any(String), ms: expect.any(Number), bytesSent: expect.any(Number) });
      }
    }
  }

  function expectLive(release: string | null): void {
    expect(project.roots.map(live)).toEqual(project.roots.map(() => release));
  }

  test("status, releases and history of nothing", async () => {
    for (const command of ["status", "releases", "history", "lock"]) {
      const { code, stdout, stderr } = await project.slh([command]);
      expect([command, code, stderr]).toEqual([command, 0, ""]);
      expect(stdout).toContain("shop production");
    }
    expect(await project.json(["status"])).toMatchObject({
      code: 0,
      schema: 1,
      agree: true,
      hosts: project.hosts.map((host) => ({ host, live: null, lock: null, findings: [] })),
    });
    expect(await project.json(["releases"])).toMatchObject({
      code: 0,
      schema: 1,
      hosts: project.hosts.map((host) => ({ host, live: null, releases: [] })),
    });
    expect(await project.json(["history"])).toMatchObject({ code: 0, schema: 1, rows: [] });
    expect(await project.json(["lock"])).toMatchObject({
      code: 0,
      schema: 1,
      hosts: project.hosts.map((host) => ({ host, lock: null })),
    });
  });

  test("rollback, pin and prune of nothing", async () => {
    const back = await project.json(["rollback"]);
    expect(back).toMatchObject({
      code: 2,
      outcome: "invalid",
      error: { message: expect.stringContaining("nothing to go back from") },
    });
    expect(await project.json(["pin", "20260101T000000Z"])).toMatchObject({
      code: 2,
      outcome: "invalid",
      error: { kind: "no-such-release" },
    });
    expectReport(await project.json(["prune"]), "prune", "done");
  });

  test("setup creates the layout, and again changes nothing", async () => {
    const first = await project.slh(["setup"]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain(`Created ${project.appRoot}/releases`);
    const again = await project.json(["setup"]);
    expect(again.code).toBe(0);
    expectReport(again, "setup", "done");
  });

  test("plan shows what deploy would do, and writes nothing", async () => {
    const before = project.roots.map(listing);
    const plan = await project.json(["plan"]);
    expect(plan).toMatchObject({
      code: 0,
      schema: 1,
      app: "shop",
      environment: "production",
      outcome: "deploy",
      files: 3,
      warnings: [],
    });
    expect(plan.hosts.map(({ host }: Json) => host)).toEqual(project.hosts);
    const { code, stdout, stderr } = await project.slh(["plan"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("3 files");
    expect(project.roots.map(listing)).toEqual(before);
  });

  test("deploy makes it live, and tells what, where and how to go back", async () => {
    const { code, stdout, stderr } = await project.slh(["deploy", "-m", "the first"]);
    expect([code, stderr]).toEqual([0, ""]);
    const release = live(project.roots[0] ?? "") ?? "";
    expect(release).toMatch(ID);
    expectLive(release);
    releases.push(release);
    expect(stdout).toContain(`Deployed ${release} to production`);
    expect(stdout).toContain(project.git("rev-parse", "HEAD"));
  });

  test("deploy --json gives the report, and progress on standard error", async () => {
    project.write({ "index.html": "<p>two</p>\n" });
    const revision = project.commit("second");
    const { code, stdout, stderr } = await project.slh(["deploy", "--json", "--message", "the second"]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expectReport(report, "deploy", "deployed");
    expect(report).toMatchObject({ previous: releases[0], revision, tree: expect.stringMatching(/^[0-9a-f]{64}$/), error: null });
    for (const host of report.hosts)
      expect(host).toMatchObject({ outcome: "deployed", live: report.release, liveKnown: true, previous: releases[0] });
    expect(stderr).toContain("switched");
    releases.push(report.release);
    expectLive(report.release);
  });

  test("deploy of the same is unchanged, unless forced", async () => {
    const report = await project.json(["deploy"]);
    expect(report.code).toBe(0);
    expectReport(report, "deploy", "unchanged");
    expect(report.release).toBe(releases[1]);
    expect((await project.slh(["deploy"])).stdout).toContain("Nothing to do");
    expect(await project.json(["plan"])).toMatchObject({ code: 0, outcome: "unchanged" });
    expect(await project.json(["plan", "--force"])).toMatchObject({ code: 0, outcome: "deploy" });
    const forced = await project.json(["deploy", "--force"]);
    expect(forced).toMatchObject({ code: 0, outcome: "deployed", previous: releases[1] });
    releases.push(forced.release);
  });

  test("a deploy that fails changes nothing, ends with 1 and shows the last lines of what failed", async () => {
    project.configure({ tasks: { prepare: "echo out of luck; exit 3" } });
    const { code, stdout, stderr } = await project.slh(["deploy", "--json"]);
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expectReport(report, "deploy", "failed");
    const failed = report.hosts.find(({ error }: Json) => error !== null);
    expect(failed.error).toMatchObject({ kind: "task-failed", phase: "prepare", output: ["out of luck"] });
    expect(failed.error.message).toBe("The prepare task `echo out of luck; exit 3` ended with code 3.");
    expect(stderr).toContain("Every host serves what it served before.");
    expectLive(releases[2] ?? "");
  });

  test("a deploy that fails when it is live is taken back and ends with 5", async () => {
    project.configure({ tasks: { afterSwitch: '[ "$SLH_ACTION" = return ]' } });
    const report = await project.json(["deploy"]);
    expect(report.code).toBe(5);
    expectReport(report, "deploy", "returned");
    for (const host of report.hosts) expect(host).toMatchObject({ live: releases[2], liveKnown: true });
    expectLive(releases[2] ?? "");
    project.configure({});
  });

  test("rollback just after that asks first, goes back, and again further", async () => {
    const asked = await project.json(["rollback"]);
    expect(asked).toMatchObject({ code: 2, outcome: "invalid" });
    const report = await project.json(["rollback", "--yes"]);
    expect(report.code).toBe(0);
    expectReport(report, "rollback", "rolled-back");
    expect(report).toMatchObject({ release: releases[1], previous: releases[2] });
    const { code, stdout } = await project.slh(["rollback"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Rolled back production`)]);
    expectLive(releases[0] ?? "");
    const forth = await project.json(["rollback", "--to", releases[2] ?? "", "--from", releases[0] ?? ""]);
    expect(forth).toMatchObject({ code: 0, outcome: "rolled-back", release: releases[2] });
    expect(await project.json(["rollback", "--from", releases[0] ?? ""])).toMatchObject({ code: 2, outcome: "invalid" });
    expect(await project.json(["rollback", "--to", "20990101T000000Z"])).toMatchObject({ code: 2, outcome: "invalid" });
    expectLive(releases[2] ?? "");
  });

  test("releases, status and history tell all that", async () => {
    const list = await project.json(["releases"]);
    expect(list).toMatchObject({ code: 0, schema: 1 });
    for (const host of list.hosts) {
      expect(host.live).toBe(releases[2]);
      const good = host.releases.filter(({ state }: Json) => state === "good");
      expect(good.map(({ id }: Json) => id).toSorted()).toEqual(releases);
      const second = host.releases.find(({ id }: Json) => id === releases[1]);
      expect(second).toEqual({
        id: releases[1],
        state: "good",
        revision: project.git("rev-parse", "HEAD"),
        createdAt: expect.stringMatching(TIME),
        by: expect.stringContaining("@"),
        message: "the second",
        pinned: false,
        bytes: expect.any(Number),
      });
    }
    const status = await project.json(["status"]);
    expect(status).toMatchObject({ code: 0, agree: true });
    for (const host of status.hosts)
      expect(host).toMatchObject({ live: releases[2], state: "good", lock: null, findings: [], error: null });
    const { rows } = await project.json(["history"]);
    const told = rows.map(({ command, result }: Json) => `${command} ${result}`);
    expect(told).toEqual([
      "deploy deployed",
      "deploy deployed",
      "deploy deployed",
      "deploy failed",
      "deploy returned",
      "rollback rolled back",
      "rollback rolled back",
      "rollback rolled back",
    ]);
    for (const command of ["releases", "status", "history"]) {
      const { code, stdout, stderr } = await project.slh([command]);
      expect([command, code, stderr]).toEqual([command, 0, ""]);
      expect(stdout).toContain(releases[2]);
    }
  });

  test("pin keeps a release from prune, unpin does not", async () => {
    const [first = "", second = ""] = releases;
    const pinned = await project.json(["pin", first]);
    expect(pinned.code).toBe(0);
    expectReport(pinned, "pin", "done");
    const before = project.roots.map((root) => listing(`${root}/releases`));
    const dry = await project.json(["prune", "--keep", "1", "--dry-run"]);
    expect(dry.code).toBe(0);
    expectReport(dry, "prune", "done");
    expect(project.roots.map((root) => listing(`${root}/releases`))).toEqual(before);
    const pruned = await project.json(["prune", "--keep", "1"]);
    expectReport(pruned, "prune", "done");
    for (const host of pruned.hosts) {
      expect(host.pruned).not.toContain(first);
      expect(host.pruned).not.toContain(releases[2]);
      expect(host.wouldPrune ?? host.pruned).toEqual(host.pruned);
    }
    expect(dry.hosts.map(({ wouldPrune }: Json) => wouldPrune)).toEqual(pruned.hosts.map(({ pruned: gone }: Json) => gone));
    expect((await project.json(["unpin", first])).code).toBe(0);
    const list = await project.json(["releases"]);
    for (const host of list.hosts)
      expect(host.releases.map(({ id, pinned: kept }: Json) => [id, kept])).toContainEqual([first, false]);
    expect(second).toMatch(ID);
  });

  test("lock acquire, status, release", async () => {
    const taken = await project.json(["lock", "acquire", "-m", "a reason"]);
    expect(taken.code).toBe(0);
    expectReport(taken, "lock acquire", "done");
    const document = await project.json(["lock", "status"]);
    const lock = {
      kind: "hold",
      by: expect.stringContaining("@"),
      since: expect.stringMatching(TIME),
      reason: "a reason",
      origin: expect.any(String),
      command: "lock",
      generation: expect.any(Number),
    };
    expect(document).toMatchObject({ code: 0, schema: 1, hosts: project.hosts.map((host) => ({ host, lock, error: null })) });
    expect(await project.json(["deploy", "--force"])).toMatchObject({ code: 3, outcome: "locked" });
    const released = await project.json(["lock", "release"]);
    expect(released.code).toBe(0);
    expectReport(released, "lock release", "done");
  });
}
