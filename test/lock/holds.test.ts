import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { leftovers, ledger, live, takeovers } from "./evidence.ts";
import { until } from "../hosts/until.ts";
import { holdUp } from "./held-up.ts";
import { marked, signalAll } from "./processes.ts";
import { LEASE, openScene, type Scene } from "./scene.ts";

let scene: Scene;
beforeEach(() => void (scene = openScene()));
afterEach(() => scene.stop());

const ANN = { by: "ann@laptop" };
const BOB = { by: "bob@desk" };

async function hold(reason = "the database is being moved"): Promise<void> {
  expect((await scene.cli(["lock", "acquire", "-m", reason], ANN)).code).toBe(0);
}

describe("a hold", () => {
  test("P8: refuses whatever changes something at once, with exit code 3, and tells who set it and why", async () => {
    await hold();
    const release = "20260101T000000Z";
    const commands = [
      ["deploy"],
      ["rollback"],
      ["setup"],
      ["prune"],
      ["pin", release],
      ["unpin", release],
      ["lock", "acquire", "-m", "me too"],
    ];
    const refused = await Promise.all(commands.map(async (args) => ({ args, ...(await scene.cli([...args, "--json"], BOB)) })));
    for (const { args, code, stdout, stderr } of refused) {
      expect([args, code]).toEqual([args, 3]);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ outcome: "locked", hosts: [{ outcome: "locked", error: { kind: "locked" } }] });
      // It did not queue: the configuration allows minutes.
      expect(report.durationMs).toBeLessThan(60_000);
      for (const words of ["ann@laptop", "the database is being moved"]) expect(stderr).toContain(words);
    }
  });

  test("is shown by status, lock and plan, which ends with 3", async () => {
    await hold();
    for (const [args, expected] of [
      [["status"], 0],
      [["lock"], 0],
      [["plan"], 3],
    ] as const) {
      const { code, stdout } = await scene.cli(args, BOB);
      expect([args[0], code]).toEqual([args[0], expected]);
      expect(stdout).toMatch(/held by ann@laptop since .*: the database is being moved/);
    }
    const { stdout } = await scene.cli(["lock", "--json"]);
    expect(JSON.parse(stdout).hosts).toMatchObject([
      { host: "local", lock: { kind: "hold", by: "ann@laptop", reason: "the database is being moved", generation: 1 } },
    ]);
  });

  test("P8: outlives its command and any lease, and is never taken over", async () => {
    await hold();
    await sleep((LEASE + 2) * 1000);
    expect(marked(scene.directory)).toEqual([]);
    expect((await scene.cli(["deploy", "--wait", "10"], BOB)).code).toBe(3);
    expect(live(scene.root)).toBeNull();
  });

  test("is released by whoever set it, by others only with --force, and all of it is in the history", async () => {
    await hold();
    const refused = await scene.cli(["lock", "release"], BOB);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("The hold was set by ann@laptop: the database is being moved.");
    expect(refused.stderr).toMatch(/lock release \S+ --force/);
    expect((await scene.cli(["lock", "release"], ANN)).code).toBe(0);
    await hold("again");
    expect((await scene.cli(["lock", "release", "--force"], BOB)).code).toBe(0);
    expect((await scene.cli(["deploy"], BOB)).code).toBe(0);
    const told = ledger(scene.root).flatMap(({ kind, by, reason = "" }) =>
      kind === "held" || kind === "released" ? [[kind, by, reason]] : [],
    );
    expect(told).toEqual([
      ["held", "ann@laptop", "the database is being moved"],
      ["released", "ann@laptop", ""],
      ["held", "ann@laptop", "again"],
      ["released", "bob@desk", ""],
    ]);
    expect(leftovers(scene.root)).toEqual([]);
  });

  test("is not claimed to be released where there was none", async () => {
    const before = ledger(scene.root);
    const { code, stdout } = await scene.cli(["lock", "release"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("Released");
    expect(ledger(scene.root)).toEqual(before);
  });

  test("P8: ends the waiting of whoever queued behind a run, as soon as it is there", async () => {
    const place = holdUp(scene, "task.before-start");
    const owner = scene.start("deploy", {}, { ...BOB, step: place.step });
    await place.reached();
    const others = new Set(marked(scene.directory).map(({ pid }) => pid));
    const waiting = scene.cli(["deploy", "--force"], { by: "eve@desk" });
    await until("it waits", () => marked(scene.directory).filter(({ pid }) => !others.has(pid)).length > 3);
    // It must not be its turn in between.
    const queued = marked(scene.directory).filter(({ pid }) => !others.has(pid));
    signalAll(queued, "SIGSTOP");
    expect((await scene.cli(["lock", "release", "--force"], ANN)).code).toBe(0);
    await hold();
    signalAll(queued, "SIGCONT");
    expect((await waiting).code).toBe(3);
    place.letGo();
    expect((await owner.ended).code).toBe(1);
    const { hosts } = await owner.report();
    expect(hosts[0]?.error).toMatchObject({ kind: "fenced" });
  });
});

test("P8: a hold may take over the lock of a dead run, and says so", async () => {
  const place = holdUp(scene, "task.before-start");
  scene.start("deploy", {}, { ...BOB, step: place.step });
  await place.reached();
  signalAll(marked(scene.directory), "SIGKILL");
  place.letGo();
  await hold();
  expect(takeovers(scene.root)).toMatchObject([{ by: "ann@laptop", command: "lock acquire" }]);
  expect((await scene.cli(["deploy"], BOB)).code).toBe(3);
});

test("a running command is named to those who find its lock, with the message of its deploy", async () => {
  const place = holdUp(scene, "task.before-start");
  const owner = scene.start("deploy", { message: "the big release" }, { ...BOB, step: place.step });
  await place.reached();
  const { stdout } = await scene.cli(["lock", "--json"]);
  expect(JSON.parse(stdout).hosts[0].lock).toMatchObject({
    kind: "lease",
    by: "bob@desk",
    command: "deploy",
    reason: "the big release",
  });
  const refused = await scene.cli(["deploy", "--wait", "0"]);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/locked by a running deploy of bob@desk \(.*\), since .*: the big release/);
  const release = await scene.cli(["lock", "release"], BOB);
  expect([release.code, release.stderr]).toEqual([
    2,
    expect.stringContaining("It is the lock of a deploy of bob@desk that may be running."),
  ]);
  place.letGo();
  expect((await owner.ended).code).toBe(0);
});
