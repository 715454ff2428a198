import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { live } from "../../e2e/disk.ts";
import { describeHosts } from "../../hosts/describe-hosts.ts";
import { emptyRoots, type Fleet, startFleet } from "../../hosts/fleet.ts";
import { until } from "../../hosts/until.ts";
import { type Aftermath, beginAftermath } from "./aftermath.ts";
import { type Child, type Job, leftIn, openJob, type Ran } from "./runner.ts";
import { openShop, type Shop } from "./shop.ts";

/** A task that says that it has begun, and waits until it is stopped. */
const WAIT = '[ "$SLH_ACTION" = return ] || { touch "$SLH_SHARED/begun"; while ! [ -e "$SLH_SHARED/go" ]; do sleep 0.1; done; }';

describeHosts("a job that is cancelled", () => {
  let fleet: Fleet;
  let shop: Shop;
  let job: Job;
  let aftermath: Aftermath;
  let before: string | null;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 2 })));
  afterAll(async () => fleet.stop());
  beforeEach(async () => {
    emptyRoots(fleet);
    shop = openShop(fleet);
    job = openJob(shop.directory);
    aftermath = beginAftermath(fleet, shop, []);
    expect((await job.step({ ...shop.ssh })).code).toBe(0);
    before = lives()[0] ?? null;
  });
  afterEach(() => {
    job.close();
    shop.close();
  });

  const lives = (): readonly (string | null)[] => fleet.hosts.map(({ directory }) => live(directory));

  /** Starts a deploy; `then` is called when its tasks have begun on both hosts. */
  function deploying(tasks: object, then: (child: Child) => Promise<void>): Promise<Ran> {
    shop.configure({ tasks });
    const begun = fleet.hosts.map(({ directory }) => join(directory, "shared/begun"));
    return job.step(
      { ...shop.ssh, args: "--force" },
      { play: (child) => void until("the tasks have begun", () => begun.every(existsSync)).then(() => then(child)) },
    );
  }

  /** Every host serves what it served, nothing runs there any more, and the next command finds nothing to put right. */
  async function expectAsBefore(): Promise<void> {
    await until("all serve what they served", () => lives().every((id) => id === before));
    await until("nothing runs on the hosts", () => fleet.hosts.every((host) => host.processes().length === 0));
    for (const { directory } of fleet.hosts) expect(readdirSync(join(directory, ".symlink-helper/run"))).toEqual([]);
  }

  /** A runner sends one; that one may come at any moment up to the last. */
  async function untilGone(send: () => void): Promise<void> {
    try {
      for (;;) {
        send();
        await nextTurn();
      }
    } catch {
      // It is gone.
    }
  }

  // The runner signals its child alone; a person who runs the action by hand, and other runners, signal the whole group.
  test.each([
    ["the action alone, before the switch", { prepare: WAIT }, 1],
    ["the whole group, behind the switch", { afterSwitch: WAIT }, -1],
  ] as const)(
    "SIGINT and then SIGTERM to %s: all is taken back, 130",
    async (_, tasks, sign) => {
      const ended = await deploying(tasks, async ({ pid = 0 }) => {
        process.kill(sign * pid, "SIGINT");
        await sleep(500);
        await untilGone(() => process.kill(sign * pid, "SIGTERM"));
      });
      expect([ended.code, ended.shown]).toEqual([130, expect.stringContaining("no new switch is made")]);
      expect(ended.shown).not.toContain("Left at once");
      expect(job.outputs()).toMatchObject({ outcome: "interrupted", "exit-code": "130", changed: "false" });
      expect(JSON.parse(readFileSync(job.outputs()["report"] ?? "", "utf8"))).toMatchObject({ outcome: "interrupted" });
      expect(job.summary()).toContain("Interrupted");
      await expectAsBefore();
      const errors = ended.obeyed.filter(({ name }) => name === "error").map(({ name }) => name);
      aftermath.check(job, [ended, await job.post()], errors);
      const looked = await job.step({ ...shop.ssh, command: "lock status" });
      expect([looked.code, looked.shown]).toEqual([0, expect.stringContaining("free")]);
    },
    120_000,
  );

  test("a signal before the program has begun: nobody is connected to, 130", async () => {
    const connections = fleet.hosts.map((host) => host.log().connections);
    const play = (child: Child, said: () => string): void =>
      void until("it says something", () => said() !== "").then(() => process.kill(-(child.pid ?? 0), "SIGINT"));
    const ended = await job.step({ ...shop.ssh }, { play });
    expect([ended.code, job.outputs()["outcome"]]).toEqual([130, "interrupted"]);
    expect(fleet.hosts.map((host) => host.log().connections)).toEqual(connections);
    aftermath.check(job, [ended, await job.post()]);
  }, 120_000);

  test("SIGKILL of the action: what comes behind the job has the program take all back, and removes the key", async () => {
    let killed: Child | undefined;
    const step = deploying({ afterSwitch: WAIT }, async (child) => void (child.kill("SIGKILL") && (killed = child)));
    // The program holds its streams still.
    await until("the action is gone", () => killed?.signalCode === "SIGKILL");
    expect(leftIn(job)).toHaveLength(1);
    const ended = await job.post();
    expect([ended.code, ended.shown]).toEqual([0, expect.stringMatching(/^The program still runs.*\n$/u)]);
    const ran = await step;
    expect(ran.shown).toContain("Every host serves what it served before");
    expect(job.outputs()).toMatchObject({ outcome: "partial", "exit-code": "4" });
    await expectAsBefore();
    const again = await job.post();
    expect([again.code, again.raw]).toEqual([0, ""]);
    const errors = ran.obeyed.filter(({ name }) => name === "error").map(({ name }) => name);
    aftermath.check(job, [ran, ended, again], errors);
  }, 120_000);

  test("P5: SIGKILL of everything: the hosts go back by themselves, and what comes behind the job removes the key", async () => {
    const ran = await deploying({ afterSwitch: WAIT }, async ({ pid = 0 }) => {
      const program = Number(job.state()["pid"]);
      process.kill(pid, "SIGKILL");
      process.kill(program, "SIGKILL");
    });
    expect([ran.code, leftIn(job).length]).toEqual([null, 1]);
    const ended = await job.post();
    expect([ended.code, ended.raw]).toEqual([0, ""]);
    await expectAsBefore();
    aftermath.check(job, [{ ...ran, stopped: false }, ended]);
  }, 120_000);
});
