import { expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, type FleetHost, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { lateFacts, leftovers, live, log, overlaps, takeovers } from "./evidence.ts";
import { holdUp } from "./held-up.ts";
import { signalAll } from "./processes.ts";
import { type Controller, LEASE, openScene, type Scene, type Starting } from "./scene.ts";

/**
 * Two machines that share one app root, as over NFS: neither sees the other's processes, and each has a boot id of its own. A first
 * controller works on web1, a second on web2.
 */
interface Machines {
  readonly fleet: Fleet;
  readonly scene: Scene;
  readonly web1: FleetHost;
  /** The app root that both have, seen from out here. */
  readonly root: string;
  readonly first: Required<Pick<Starting, "by" | "config">>;
  readonly second: Required<Pick<Starting, "by" | "config">>;
}

/** Runs a test on machines of its own, with something live. */
async function onMachines(body: (machines: Machines) => Promise<void>): Promise<void> {
  const fleet = await startFleet({ hosts: 2 });
  const scene = openScene(fleet);
  try {
    const web1 = fleet.host("web1");
    const root = web1.directory;
    expect(await fleet.host("web2").exec('mount --bind "$1" "$2"', root, fleet.appRoot)).toMatchObject({ code: 0 });
    const first = { by: "bob@desk", config: scene.configure("first.yaml", ["web1"]) };
    const second = { by: "eve@desk", config: scene.configure("second.yaml", ["web2"]) };
    expect((await scene.cli(["deploy"], first)).code).toBe(0);
    await body({ fleet, scene, web1, root, first, second });
    expect(overlaps(root)).toEqual([]);
    expect(lateFacts(root)).toEqual([]);
    await until("nothing runs any more", () => fleet.hosts.every((host) => host.processes().length === 0));
    expect(leftovers(root)).toEqual([]);
  } finally {
    scene.stop();
    await fleet.stop();
  }
}

/** Freezes the owner, controller and host, at a step; lets another deploy; wakes the owner. */
async function overtake(
  { scene, web1, first, second }: Machines,
  step: string,
  swap: Starting["swap"] = [],
): Promise<{ theirs: string; owner: Controller }> {
  const place = holdUp(scene, step);
  const owner = scene.start("deploy", { force: true }, { ...first, step: place.step, swap });
  await place.reached();
  const frozen = [owner, ...web1.processes()];
  signalAll(frozen, "SIGSTOP");
  place.letGo();
  const next = await scene.cli(["deploy", "--force", "--json"], second);
  expect(next.code, next.stderr).toBe(0);
  signalAll(frozen.toReversed(), "SIGCONT");
  await owner.ended;
  return { theirs: JSON.parse(next.stdout).release, owner };
}

describeHosts("owner and contender on two machines with one app root", () => {
  test.concurrent("P8: a dead owner's lock is taken over only after a whole lease of silence was watched from there", async () =>
    onMachines(async ({ scene, web1, root, first, second }) => {
      const place = holdUp(scene, "task.before-start");
      const owner = scene.start("deploy", { force: true }, { ...first, step: place.step });
      await place.reached();
      // At one moment: a runtime that sees its controller die lets go of the lock.
      signalAll(web1.processes(), "SIGSTOP");
      owner.child.kill("SIGKILL");
      await web1.killAll();
      const impatient = await scene.cli(["deploy", "--force", "--wait", "1"], second);
      expect([impatient.code, takeovers(root)]).toEqual([3, []]);

      const { code, stdout } = await scene.cli(["deploy", "--force", "--json"], second);
      expect(code).toBe(0);
      const waited = JSON.parse(stdout).hosts[0].phases.find(({ name }: { name: string }) => name === "lock").ms;
      expect(waited).toBeGreaterThanOrEqual(LEASE * 1000);
      const reason = expect.stringMatching(/^lock 2 from the deploy of bob@desk, begun .*: it gave no sign of life for 3 s$/);
      expect(takeovers(root)).toMatchObject([{ by: "eve@desk", reason }]);
    }));

  test.concurrent("P8: a task that takes longer than the lease keeps the lock", async () =>
    onMachines(async ({ scene, root, first, second }) => {
      const note = (word: string): string => `echo ${word} "$SLH_RUN" >>"$SLH_SHARED/log"`;
      const tasks = { prepare: `${note("begin")}; sleep ${LEASE * 2.5}`, finish: note("end") };
      const config = scene.configure("slow.yaml", ["web1"], { tasks });
      const slow = scene.cli(["deploy", "--force", "--json"], { ...first, config });
      await until("it has begun", () => log(root).filter((line) => line.startsWith("begin")).length > 1);
      const next = await scene.cli(["deploy", "--force", "--json"], second);
      const { code, stdout } = await slow;
      expect([code, next.code]).toEqual([0, 0]);
      expect(JSON.parse(next.stdout).previous).toBe(JSON.parse(stdout).release);
      expect(takeovers(root)).toEqual([]);
    }));

  test.concurrent.each(["task.before-start", "seal.flushed", "switch.intent", "switch.linked"])(
    "P8: an owner that stood still at %s and wakes up late is fenced, and switches nothing",
    async (step) =>
      onMachines(async (machines) => {
        const { theirs, owner } = await overtake(machines, step);
        const { hosts } = await owner.report();
        const message = expect.stringContaining("was taken over by another run");
        expect(hosts).toMatchObject([{ error: { kind: "fenced", message }, live: theirs, liveKnown: true }]);
        expect(live(machines.root)).toBe(theirs);
      }),
  );

  // Between its last look at the lock and the rename no fence can stop an owner. But whoever clears away its link does.
  const RENAME = 'slh_rename_by_mv_t() { mv -fT "$1" "$2"; }';
  const LATE = `slh_rename_by_mv_t() { case $1 in */probe/*) ;; *) slh_step between ;; esac; mv -fT "$1" "$2"; }`;

  test.concurrent("P8: an owner that stood still between fence and rename finds its link gone, and is fenced", async () =>
    onMachines(async (machines) => {
      const { theirs, owner } = await overtake(machines, "between", [[RENAME, LATE]]);
      expect(await owner.report()).toMatchObject({ hosts: [{ error: { kind: "fenced" }, live: theirs, liveKnown: true }] });
      expect(live(machines.root)).toBe(theirs);
    }));

  test.concurrent("P8: one that wakes up there before its link is cleared away does switch: both say so, and status does", async () =>
    onMachines(async ({ scene, web1, first, second }) => {
      const late = holdUp(scene, "between");
      const owner = scene.start("deploy", { force: true }, { ...first, step: late.step, swap: [[RENAME, LATE]] });
      await late.reached();
      const frozen = [owner, ...web1.processes()];
      signalAll(frozen, "SIGSTOP");
      late.letGo();
      const early = holdUp(scene, "clean", "asleep", "early");
      const clean: [string, string] = ["slh_clear_debris() {", "slh_clear_debris() { slh_step clean;"];
      const next = scene.start("deploy", { force: true }, { ...second, step: early.step, swap: [clean] });
      await early.reached();
      signalAll(frozen.toReversed(), "SIGCONT");
      const report = await owner.report();
      const { release } = report;
      expect(report).toMatchObject({ outcome: "partial", hosts: [{ error: { kind: "fenced" }, live: release }] });

      early.letGo();
      expect(await next.report()).toMatchObject({ outcome: "partial", hosts: [{ error: { kind: "moved" }, live: release }] });
      expect([(await owner.ended).code, (await next.ended).code]).toEqual([4, 4]);
      const { stdout } = await scene.cli(["status"], second);
      expect(stdout).toContain(`${release} is live, but nobody announced it`);
      expect((await scene.cli(["deploy", "--force"], second)).code).toBe(0);
    }));
});
