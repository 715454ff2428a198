import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Strategy } from "../../src/config/resolved.ts";
import type { Event } from "../../src/report/events.ts";
import { look } from "../faults/outside.ts";
import { failsAt } from "../faults/scenario.ts";
import type { Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { until } from "../hosts/until.ts";
import { leftovers, ledger } from "../lock/evidence.ts";
import { done, end, forth, openGroup } from "./root-group.ts";

const ONE_BY_ONE: Strategy = { waves: [{ hosts: 1 }], pause: 0, maxFailures: 0, onFailure: "return" };

describeHosts("two hosts with one app root, and a third", () => {
  let scene: Scene;
  let old: string;
  beforeAll(async () => {
    scene = await openGroup();
    scene.keep("fresh");
    old = (await scene.deploy("v1")).release ?? "";
    scene.keep("v1");
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("v1"));

  const lives = (): (string | null)[] => ["web1", "web3"].map((name) => look(scene.site(name)).live);
  const by = (strategy: Partial<Strategy>): { config: Scene["config"] } => ({
    config: { ...scene.config, strategy: { ...scene.config.strategy, ...strategy } },
  });
  const back = (): string[] => [`afterSwitch return ${old}`, `undrain return ${old}`];
  // What was pruned is deleted beside us.
  const tidy = (): Promise<boolean> =>
    until("nothing is left", () => ["web1", "web3"].every((name) => leftovers(scene.site(name).root).length === 0));

  test("P8: a root that has no id yet: the second is found to share it, and nothing is made twice", async () => {
    scene.reset("fresh");
    const report = await scene.deploy("v1");
    expect([end(report), report.warnings]).toEqual([["deployed", 0], []]);
    expect(report.hosts.map(({ sharesRootWith }) => sharesRootWith)).toEqual([undefined, "web1", undefined]);
    expect(lives()).toEqual([report.release, report.release]);
    expect(readdirSync(join(scene.site("web1").root, "releases"))).toEqual([report.release]);
    await tidy();
  });

  test("one prepares and switches, all see it, reload and check", async () => {
    const report = await scene.deploy("v2");
    expect([end(report), report.warnings]).toEqual([["deployed", 0], []]);
    expect(lives()).toEqual([report.release, report.release]);
    expect(report.hosts.map(({ live, liveKnown, outcome }) => [live, liveKnown, outcome])).toEqual(
      [1, 2, 3].map(() => [report.release, true, "deployed"]),
    );
    const prepared = ["web1", "web2", "web3"].map((host) => scene.tasksRun(host).filter((line) => line.startsWith("prepare")));
    expect(prepared.map(({ length }) => length)).toEqual([1, 0, 1]);
    for (const host of ["web1", "web2", "web3"]) expect(done(scene, host)).toEqual(forth("deploy", report.release));
    const phases = report.hosts[1]?.phases.map(({ name }) => name) ?? [];
    expect(phases).toEqual(expect.arrayContaining(["look", "read back", "served", "confirm"]));
    for (const name of ["send", "prepare", "switch", "clean", "prune"]) expect(phases).not.toContain(name);
    const kinds = ledger(scene.site("web1").root).flatMap(({ kind, release }) => (release === report.release ? [kind] : []));
    expect(kinds).toEqual(["preparing", "sealed", "switching", "live", "good"]);
    await tidy();
  });

  test("nothing changed, nothing done; then a rollback of all, and again a deploy", async () => {
    expect(end(await scene.deploy("v1"))).toEqual(["unchanged", 0]);
    await scene.deploy("v2");
    const report = await scene.api().rollback(scene.context(), {});
    expect(end(report)).toEqual(["rolled-back", 0]);
    expect(lives()).toEqual([old, old]);
    expect(done(scene, "web2").slice(-4)).toEqual(forth("rollback", old));
    expect(end(await scene.deploy("v3"))).toEqual(["deployed", 0]);
    await tidy();
  });

  test.each([
    ["afterSwitch", "web2"],
    ["check", "web2"],
    ["undrain", "web1"],
  ])("P2, P12: %s fails on %s: the root goes back once, and all reload what they went back to", async (point, host) => {
    const report = await scene.deploy("v2", { more: [failsAt(point, host)] });
    expect(end(report)).toEqual(["returned", 5]);
    expect(lives()).toEqual([old, old]);
    expect(report.hosts.map(({ live, outcome }) => [live, outcome])).toEqual([1, 2, 3].map(() => [old, "returned"]));
    for (const name of ["web1", "web2", "web3"]) expect(done(scene, name)).toContain(back()[0]);
    const kinds = ledger(scene.site("web1").root).flatMap(({ kind, release }) => (release === report.release ? [kind] : []));
    expect(kinds.slice(2)).toEqual(["switching", "live", "returned"]);
    await tidy();
    expect(end(await scene.deploy("v3"))).toEqual(["deployed", 0]);
  });

  test("waves of one: those that share a root are in one wave", async () => {
    const events: string[] = [];
    const emit = (event: Event): void => void (event.kind === "wave-started" && events.push(event.hosts.join(" ")));
    const report = await scene.deploy("v2", { ...by(ONE_BY_ONE), emit });
    expect(end(report)).toEqual(["deployed", 0]);
    expect(events).toEqual(["web1 web2", "web3"]);
    expect(report.waves?.map(({ hosts }) => hosts)).toEqual([["web1", "web2"], ["web3"]]);
    scene.edit("v3");
    const planned = await scene.api().plan(scene.context(by(ONE_BY_ONE)), {});
    expect(planned.waves).toEqual([["web1", "web2"], ["web3"]]);
  });

  test("P2: a later wave that fails takes the group back; a group that fails counts as all of its hosts", async () => {
    const later = await scene.deploy("v2", { ...by(ONE_BY_ONE), more: [failsAt("afterSwitch", "web3")] });
    expect([end(later), lives()]).toEqual([
      ["returned", 5],
      [old, old],
    ]);
    expect(done(scene, "web2").slice(-1)).toEqual([back()[0]]);
    scene.reset("v1");
    const one = await scene.deploy("v3", { ...by({ maxFailures: 1 }), more: [failsAt("afterSwitch", "web2")] });
    expect([end(one), lives()]).toEqual([
      ["returned", 5],
      [old, old],
    ]);
    scene.reset("v1");
    const two = await scene.deploy("v4", { ...by({ maxFailures: 2 }), more: [failsAt("undrain", "web2")] });
    expect([end(two), lives()]).toEqual([
      ["partial", 4],
      [old, two.release],
    ]);
    expect(two.hosts.map(({ outcome }) => outcome)).toEqual(["returned", "returned", "deployed"]);
    expect(two.warnings).toContainEqual(
      expect.stringMatching(/^web1: It is left behind, since it shares its app root with web2,/),
    );
    expect(done(scene, "web1")).toContain(back()[0]);
    await tidy();
  });

  test("P6: prune: what is pinned stays, and what runs on any of them", async () => {
    expect(end(await scene.api().pin(scene.context(), old, true))).toEqual(["done", 0]);
    await scene.deploy("v2");
    await scene.deploy("v3");
    expect(end(await scene.api().pin(scene.context(), old, false))).toEqual(["done", 0]);
    const there = join(scene.fleet?.appRoot ?? "", "releases", old);
    await scene.fleet?.host("web2").exec(`cd "$1" && { sleep 300 </dev/null >/dev/null 2>&1 & }`, there);
    const kept = await scene.api().prune(scene.context(), { keep: 1 });
    expect(kept.warnings).toEqual([expect.stringMatching(`^web2: Release ${old} was not removed: process \\d+`)]);
    expect(kept.hosts.map(({ pruned }) => pruned)).toEqual([[], [], [old]]);
    await scene.fleet?.host("web2").exec("kill $(pidof sleep)");
    const gone = await scene.api().prune(scene.context(), { keep: 1 });
    expect(gone.hosts.map(({ pruned }) => pruned)).toEqual([[old], [], []]);
    await tidy();
  });

  test("who follows runs finish before it is asked what it uses, and what is no longer needed goes then", async () => {
    const of = (name: string): string => (name === "web2" ? "sleep 1; " : "");
    const hosts = scene.config.hosts.map((host) => {
      const finish = host.tasks.finish.map((task) => ({ ...task, run: `${of(host.name)}${task.run}` }));
      return { ...host, tasks: { ...host.tasks, finish: host.name === "web1" ? [] : finish } };
    });
    await scene.deploy("v2");
    const report = await scene.deploy("v3", { config: { ...scene.config, hosts } });
    expect([end(report), report.warnings, report.hosts.map(({ error }) => error)]).toEqual([
      ["deployed", 0],
      [],
      [null, null, null],
    ]);
    expect(report.hosts.map(({ pruned }) => pruned)).toEqual([[old], [], [old]]);
    expect(done(scene, "web2").at(-1)).toBe(`finish deploy ${report.release}`);
    await tidy();
  });

  test("P8: a hold is one hold, and two controllers at once take turns", async () => {
    expect(end(await scene.api().lockAcquire(scene.context(), "a new disk"))).toEqual(["done", 0]);
    expect(end(await scene.deploy("v2"))).toEqual(["locked", 3]);
    expect(end(await scene.api().lockRelease(scene.context(), {}))).toEqual(["done", 0]);
    scene.edit("v2");
    const both = await Promise.all([1, 2].map(() => scene.api().deploy(scene.context(), { force: true })));
    expect(both.map(end)).toEqual([
      ["deployed", 0],
      ["deployed", 0],
    ]);
    await tidy();
  });

  test("setup, and a file of shared/: done once, seen by both", async () => {
    scene.reset("fresh");
    const made = await scene.api().setup(scene.context());
    expect([end(made), made.hosts.map(({ phases }) => phases.some(({ name }) => name === "setup"))]).toEqual([
      ["done", 0],
      [true, false, true],
    ]);
    const from = join(scene.scratch, "new.env");
    writeFileSync(from, "SECRET=2\n");
    const put = await scene.api().sharedPut(scene.context(), { path: ".env", from });
    expect([end(put), put.hosts.map(({ phases }) => phases.some(({ name }) => name === "put"))]).toEqual([
      ["done", 0],
      [true, false, true],
    ]);
    expect(readFileSync(join(scene.site("web1").root, "shared/.env"), "utf8")).toBe("SECRET=2\n");
    const facts = ledger(scene.site("web1").root).flatMap(({ kind }) => (kind === "shared-put" ? [kind] : []));
    expect(facts).toHaveLength(1);
    expect(end(await scene.api().sharedPut(scene.context(), { path: ".env", from }))).toEqual(["unchanged", 0]);
    await tidy();
  });

  test("what only tells: plan writes nothing for who follows, status and check name the root that is shared", async () => {
    scene.edit("v2");
    const { hosts } = await scene.api().plan(scene.context(), {});
    expect(hosts.map(({ sharesRootWith, send }) => [sharesRootWith, send?.files === 0])).toEqual([
      [undefined, false],
      ["web1", true],
      [undefined, false],
    ]);
    expect(hosts[1]?.tasks.map(({ point }) => point)).toEqual(["drain", "afterSwitch", "undrain", "finish"]);
    const status = await scene.api().status(scene.context());
    expect([status.agree, status.hosts.map(({ sharesRootWith }) => sharesRootWith)]).toEqual([
      true,
      [undefined, "web1", undefined],
    ]);
    const { hosts: having } = await scene.api().releases(scene.context());
    expect(having.map(({ sharesRootWith }) => sharesRootWith)).toEqual([undefined, "web1", undefined]);
    const check = await scene.api().check(scene.context());
    expect([check.ok, check.hosts[1]?.findings.map(({ level, code }) => `${level} ${code}`)]).toEqual([
      true,
      ["remark shared-root"],
    ]);
  });
});
