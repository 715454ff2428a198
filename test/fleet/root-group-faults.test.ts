import { dirname } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import { realPorts, type Report } from "../../src/index.ts";
import type { Event } from "../../src/report/events.ts";
import { compileController, killController } from "../faults/kill-controller.ts";
import { look } from "../faults/outside.ts";
import type { Scene } from "../faults/scene.ts";
import { tapped, type Wire } from "../faults/wire.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { until } from "../hosts/until.ts";
import { leftovers } from "../lock/evidence.ts";
import { done, end, forth, joinRoots, openGroup } from "./root-group.ts";

describeHosts("two hosts with one app root, and a third, when things go wrong", () => {
  let scene: Scene;
  let program: string;
  let old: string;
  beforeAll(async () => {
    scene = await openGroup();
    program = await compileController(scene.scratch);
    old = (await scene.deploy("v1")).release ?? "";
    scene.keep("v1");
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("v1"));

  const lives = (): (string | null)[] => ["web1", "web3"].map((name) => look(scene.site(name)).live);
  const quiet = (): Promise<boolean> =>
    until("nobody is at work", () => scene.sites.every((site) => site.processes().length === 0));
  const back = (host: string): string[] => done(scene, host).filter((line) => line.includes(" return "));
  const on = (host: string, script: string, ...args: string[]): unknown => scene.fleet?.host(host).exec(script, ...args);

  /** What strikes when a host is about to be told something, or has told it, in its first conversation. */
  function striking(host: string, boundary: string, strike: (wire: Wire) => void): ReturnType<typeof tapped> {
    return tapped(realPorts().connect, (met, wire) => {
      if (met.host === host && met.name === boundary && met.conversation === 0) strike(wire);
    });
  }

  async function expectNextWorks(): Promise<void> {
    await quiet();
    expect(end(await scene.deploy("v9"))).toEqual(["deployed", 0]);
    await until("nothing is left", () => ["web1", "web3"].every((name) => leftovers(scene.site(name).root).length === 0));
    // Spools of who follows are outside of the root, and go when its conversation has ended.
    const spools = `for d in "$\{TMPDIR:-/tmp}"/symlink-helper-*; do [ -f "$d/follows" ] && echo "$d"; done`;
    await until("no spool is left", async () => (await scene.fleet?.host("web2").exec(spools))?.stdout === "");
  }

  test.each([
    ["web1", "hear slh_do_switch end"],
    ["web2", "hear slh_do_see end"],
    ["web2", "hear slh_task#2 end"],
  ])("P5: the controller is killed behind the switch (%s, %s): one goes back, each reloads", async (host, boundary) => {
    scene.edit("v2");
    await killController(scene, program, { command: "deploy", host, boundary });
    await quiet();
    expect(lives()).toEqual([old, old]);
    for (const name of ["web1", "web2"])
      expect([name, ...back(name)]).toEqual([name, `afterSwitch return ${old}`, `undrain return ${old}`]);
    // The third may not have switched yet.
    expect(back("web3")).toContain(`undrain return ${old}`);
    await expectNextWorks();
  });

  test("P5: killed before the switch: nobody reloads, all are in service again", async () => {
    scene.edit("v2");
    await killController(scene, program, { command: "deploy", host: "web1", boundary: "send R slh_do_switch" });
    await quiet();
    expect(lives()).toEqual([old, old]);
    for (const name of ["web1", "web2"]) expect(back(name)).toEqual([`undrain return ${old}`]);
    await expectNextWorks();
  });

  test.each([
    ["the one that follows is killed", "web2", "hear slh_do_see end", (): void => scene.site("web2").killAll()],
    ["the one that follows falls silent", "web2", "hear slh_do_see end", (wire: Wire): void => wire.silence()],
    ["the one that leads is killed", "web1", "hear slh_do_switch end", (): void => scene.site("web1").killAll()],
    ["the one that leads falls silent", "web1", "hear slh_do_switch end", (wire: Wire): void => wire.silence()],
  ])("P2: %s behind the switch: all go back, and all reload", async (_, host, boundary, strike) => {
    const connect = striking(host, boundary, strike);
    const report = await scene.deploy("v2", { ports: { connect } });
    expect(end(report)).toEqual(["returned", 5]);
    expect(report.hosts.map(({ live, liveKnown }) => [live, liveKnown])).toEqual([1, 2, 3].map(() => [old, true]));
    expect(lives()).toEqual([old, old]);
    for (const name of ["web2", "web3"]) expect(back(name)).toEqual([`afterSwitch return ${old}`, `undrain return ${old}`]);
    expect(back("web1")).toContain(`afterSwitch return ${old}`);
    await expectNextWorks();
  });

  test("Ctrl-C while one that follows reloads: all go back", async () => {
    const stop = new AbortController();
    const emit = (event: Event): void =>
      void (event.kind === "task-started" && event.point === "afterSwitch" && event.host === "web2" && stop.abort());
    const report = await scene.deploy("v2", { more: ["long-afterSwitch-web2"], signal: stop.signal, emit });
    if (report.outcome !== "interrupted")
      console.log(JSON.stringify(report.hosts.map((h) => [h.error, h.phases.at(-1)])), report.warnings);
    expect(end(report)).toEqual(["interrupted", 130]);
    expect(lives()).toEqual([old, old]);
    for (const name of ["web1", "web2", "web3"]) expect(back(name)).toContain(`afterSwitch return ${old}`);
    await expectNextWorks();
  });

  test("only behind: the whole group comes where the third is, also where one of them was named", async () => {
    scene.edit("v2");
    const only = narrowTo(scene.config, { hosts: ["web3"] });
    const { release } = await scene.api().deploy(scene.context({ config: only }), {});
    const chosen = narrowTo(scene.config, { hosts: ["web2"] });
    const report = await scene.api().deploy(scene.context({ config: chosen }), { onlyBehind: true });
    expect(end(report)).toEqual(["deployed", 0]);
    expect(report.hosts.map(({ outcome }) => outcome)).toEqual(["deployed", "deployed", "unchanged"]);
    expect(lives()).toEqual([release, release]);
    for (const name of ["web1", "web2"]) expect(done(scene, name)).toEqual(forth("deploy", release));
    await expectNextWorks();
  });

  test("who follows needs no right to write", async () => {
    await on("web2", `mount -o remount,bind,ro "$1"`, dirname(scene.fleet?.appRoot ?? ""));
    try {
      const report = await scene.deploy("v2");
      expect([end(report), report.warnings]).toEqual([["deployed", 0], []]);
      expect(done(scene, "web2")).toEqual(forth("deploy", report.release));
      expect((await scene.api().check(scene.context())).ok).toBe(true);
    } finally {
      await on("web2", `mount -o remount,bind,rw "$1"`, dirname(scene.fleet?.appRoot ?? ""));
    }
  });

  /** In the second host an app root of its own, with everything but the link from the first. */
  async function withOwnLink(text: string, work: () => Promise<void>): Promise<void> {
    const { appRoot = "" } = scene.fleet ?? {};
    const script = `umount "$2" && mkdir -p "$3" && cd "$3" && ln -sfn "$4" current
      for d in releases shared .symlink-helper; do mkdir -p "$d" && mount --bind "$1/$d" "$d"; done`;
    await on("web2", script, scene.site("web1").root, dirname(appRoot), appRoot, text);
    try {
      await work();
    } finally {
      await on("web2", `cd "$1" && umount releases shared .symlink-helper`, appRoot);
      await joinRoots(scene, "web1", "web2");
    }
  }

  test("P3: a host that still sees the old link behind the switch is told, and all go back", async () => {
    await withOwnLink(`releases/${old}`, async () => {
      const soon = realPorts().program.replaceAll(`-lt "$3" ]`, `-lt 1 ]`);
      const report = await scene.deploy("v2", { ports: { program: soon } });
      expect(end(report)).toEqual(["returned", 5]);
      const error = report.hosts[1]?.error;
      expect(error).toMatchObject({
        kind: "not-seen",
        phase: "read back",
        message: expect.stringContaining(`releases/${old} on this host`),
      });
      expect(error?.remedy).toContain("actimeo=3");
      expect(lives()).toEqual([old, old]);
    });
  });

  test("P3: one that sees another link before the switch stops it", async () => {
    await withOwnLink("releases/20200101T000000Z", async () => {
      const report = await scene.deploy("v2");
      expect([end(report), report.hosts[1]?.error?.kind]).toEqual([["failed", 1], "moved"]);
      expect(done(scene, "web1").some((line) => line.startsWith("afterSwitch"))).toBe(false);
    });
  });

  test("P9: a copy of an app root is told from the root itself, and nothing is changed", async () => {
    const { appRoot = "" } = scene.fleet ?? {};
    await on("web2", `umount "$1" && mkdir -p "$2" && cp -a "$3/." "$2"`, dirname(appRoot), appRoot, scene.site("web1").root);
    try {
      const report: Report = await scene.deploy("v2");
      expect(end(report)).toEqual(["failed", 1]);
      expect(report.hosts[1]?.error).toMatchObject({ kind: "preflight", remedy: expect.stringContaining("rm ") });
      expect(lives()).toEqual([old, old]);
      for (const name of ["web1", "web2", "web3"]) expect(leftovers(scene.site(name).root)).toEqual([]);
    } finally {
      await joinRoots(scene, "web1", "web2");
    }
  });
});
