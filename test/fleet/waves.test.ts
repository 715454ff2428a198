import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import type { Strategy } from "../../src/config/resolved.ts";
import { realPorts, type Report } from "../../src/index.ts";
import type { Event } from "../../src/report/events.ts";
import { failsAt } from "../faults/scenario.ts";
import { look } from "../faults/outside.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { tapped } from "../faults/wire.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";

const NOTE = `printf '%s %s %s\\n' "$SLH_POINT" "$SLH_ACTION" "$SLH_RELEASE" >>"$TASK_LOG"`;
const TASK = JSON.stringify(`${NOTE}; [ ! -e "fails-$SLH_POINT-$SLH_HOST" ]`);
const UNDO = JSON.stringify(`SLH_POINT=undo; ${NOTE}`);
const TASKS = `
tasks:
  prepare: ${JSON.stringify(`[ ! -e "fails-prepare-$SLH_HOST" ]`)}
  beforeSwitch: { run: ${TASK}, on: first, undo: ${UNDO} }
  drain: ${TASK}
  afterSwitch: ${TASK}
  undrain: ${TASK}
`;

const ONE_BY_ONE: Strategy = { waves: [{ hosts: 1 }], pause: 0, maxFailures: 0, onFailure: "return" };
const CANARY: Strategy = { ...ONE_BY_ONE, waves: [{ hosts: 1 }, { percent: 100 }] };
const AT_ONCE: Strategy = { ...ONE_BY_ONE, waves: [{ percent: 100 }] };

describeHosts("waves over three hosts", () => {
  let scene: Scene;
  let old: string;
  beforeAll(async () => {
    scene = await openScene({ hosts: 3, breakable: false, tasks: TASKS });
    old = (await scene.deploy("v1")).release ?? "";
    scene.keep("v1");
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("v1"));

  const lives = (): (string | null)[] => scene.sites.map((site) => look(site).live);
  const by = (strategy: Strategy): { config: Scene["config"] } => ({ config: { ...scene.config, strategy } });
  const end = (report: Report): unknown[] => [report.outcome, exitCodeOf(report.outcome)];
  const outcomes = (report: Report): string[] => report.hosts.map(({ outcome }) => outcome);
  /** What hosts did, without what they do before the first wave. */
  const done = (host: string): string[] => scene.tasksRun(host).filter((line) => !/^(beforeSwitch|undo)/.test(line));
  const forth = (release: string | null): string[] =>
    ["drain", "afterSwitch", "undrain"].map((point) => `${point} deploy ${release}`);
  const back = (): string[] => [`afterSwitch return ${old}`, `undrain return ${old}`];

  const releasesOf = (host: string): string[] => readdirSync(join(scene.site(host).root, "releases"));

  /** The next deploy needs nothing by hand. */
  async function expectNextWorks(): Promise<void> {
    const next = await scene.deploy("v3");
    expect(next.outcome).toBe("deployed");
    expect(lives()).toEqual([next.release, next.release, next.release]);
  }

  test("one by one: nobody is drained before the one before is in service again", async () => {
    const events: string[] = [];
    const emit = (event: Event): void => {
      if (event.kind === "task-started" || event.kind === "switched")
        events.push(`${event.host} ${event.kind === "switched" ? "switched" : event.point}`);
      if (event.kind === "wave-started") events.push(`wave ${event.wave} of ${event.of}: ${event.hosts.join(" ")}`);
    };
    const report = await scene.deploy("v2", { ...by(ONE_BY_ONE), emit });
    expect(end(report)).toEqual(["deployed", 0]);
    const first = events.indexOf("wave 1 of 3: web1");
    expect(events.slice(first)).toEqual(
      ["web1", "web2", "web3"].flatMap((host, at) => [
        `wave ${at + 1} of 3: ${host}`,
        ...["drain", "switched", "afterSwitch", "undrain"].map((what) => `${host} ${what}`),
      ]),
    );
    expect(report.waves).toEqual(["web1", "web2", "web3"].map((host) => ({ hosts: [host], skewMs: 0 })));
    expect(lives()).toEqual([report.release, report.release, report.release]);
  });

  test("P11: plan shows the waves, and a saved plan holds them", async () => {
    scene.edit("v2");
    const out = join(scene.scratch, "waves.plan");
    const planned = await scene.api().plan(scene.context(by(CANARY)), { out, overwrite: true });
    expect(planned.waves).toEqual([["web1"], ["web2", "web3"]]);
    const others = scene.api().deploy(scene.context(by(ONE_BY_ONE)), { plan: out });
    await expect(others).rejects.toThrow("web1: the configuration is another one");
    expect(end(await scene.api().deploy(scene.context(by(CANARY)), { plan: out }))).toEqual(["deployed", 0]);
  });

  test("a rollback goes in the same waves", async () => {
    await scene.deploy("v2");
    const report = await scene.api().rollback(scene.context(by(CANARY)), {});
    expect(end(report)).toEqual(["rolled-back", 0]);
    expect(report.waves?.map(({ hosts }) => hosts)).toEqual([["web1"], ["web2", "web3"]]);
    expect(done("web3").slice(-3)).toEqual(["drain", "afterSwitch", "undrain"].map((point) => `${point} rollback ${old}`));
    expect(lives()).toEqual([old, old, old]);
  });

  test("P2: a later wave that fails takes the earlier ones back; who was drained is in service again", async () => {
    const report = await scene.deploy("v2", { ...by(CANARY), more: [failsAt("afterSwitch", "web2")] });
    expect(end(report)).toEqual(["returned", 5]);
    expect(lives()).toEqual([old, old, old]);
    // The first was in service already: it is not taken out of it once more, or nobody would be.
    expect(done("web1")).toEqual([...forth(report.release), back()[0]]);
    expect(scene.tasksRun("web1")).toContain(`undo return ${report.release}`);
    expect(done("web2")).toEqual([...forth(report.release).slice(0, 2), ...back()]);
    expect(done("web3").slice(-2)).toEqual(back());
    await expectNextWorks();
  });

  test("P2, P3: with `keep`, waves that went well stay, are final, and it is said which", async () => {
    const report = await scene.deploy("v2", { ...by({ ...CANARY, onFailure: "keep" }), more: [failsAt("undrain", "web3")] });
    expect(end(report)).toEqual(["partial", 4]);
    expect(lives()).toEqual([report.release, old, old]);
    expect(outcomes(report)).toEqual(["deployed", "returned", "returned"]);
    expect(scene.tasksRun("web1")).not.toContainEqual(expect.stringMatching(/^undo/));
    const { hosts } = await scene.api().releases(scene.context());
    expect(hosts.map(({ releases }) => releases.find(({ id }) => id === report.release)?.state)).toEqual([
      "good",
      "returned",
      "returned",
    ]);
    await expectNextWorks();
  });

  test("with `keep`, a first wave that fails leaves nothing to keep", async () => {
    const report = await scene.deploy("v2", { ...by({ ...CANARY, onFailure: "keep" }), more: [failsAt("afterSwitch", "web1")] });
    expect(end(report)).toEqual(["returned", 5]);
    expect(lives()).toEqual([old, old, old]);
    expect(scene.tasksRun("web1")).toContain(`undo return ${report.release}`);
  });

  test("as many as may fail are left behind and go back alone, the others go on", async () => {
    const report = await scene.deploy("v2", { ...by({ ...AT_ONCE, maxFailures: 1 }), more: [failsAt("afterSwitch", "web2")] });
    expect(end(report)).toEqual(["partial", 4]);
    expect(lives()).toEqual([report.release, old, report.release]);
    expect(outcomes(report)).toEqual(["deployed", "returned", "deployed"]);
    expect(done("web2").slice(-2)).toEqual(back());
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^web2: It is left behind, since afterSwitch failed there: 1 of/),
    );
    await expectNextWorks();
  });

  test("one who cannot even prepare may be left behind, and is as it was", async () => {
    const report = await scene.deploy("v2", { ...by({ ...AT_ONCE, maxFailures: 1 }), more: [failsAt("prepare", "web3")] });
    expect(end(report)).toEqual(["partial", 4]);
    expect(outcomes(report)).toEqual(["deployed", "deployed", "failed"]);
    expect(lives()).toEqual([report.release, report.release, old]);
    expect(releasesOf("web3")).toEqual([old]);
  });

  test("but not one on whom the others depend, nor a migration that fails", async () => {
    for (const point of ["prepare", "beforeSwitch"]) {
      const report = await scene.deploy("v2", { ...by({ ...AT_ONCE, maxFailures: 2 }), more: [failsAt(point, "web1")] });
      expect(end(report)).toEqual(["failed", 1]);
      expect(lives()).toEqual([old, old, old]);
    }
  });

  test("one too many, and all go back; what was done once for all is undone on whom was left behind before", async () => {
    const more = [failsAt("afterSwitch", "web1"), failsAt("afterSwitch", "web3")];
    const report = await scene.deploy("v2", { ...by({ ...ONE_BY_ONE, maxFailures: 1 }), more });
    expect(end(report)).toEqual(["returned", 5]);
    expect(lives()).toEqual([old, old, old]);
    expect(scene.tasksRun("web1")).toContain(`undo return ${report.release}`);
    await expectNextWorks();
  });

  test("a drain that fails: nobody of the wave has switched, and all of it is in service again", async () => {
    const report = await scene.deploy("v2", { ...by(AT_ONCE), more: [failsAt("drain", "web2")] });
    expect(end(report)).toEqual(["failed", 1]);
    expect(lives()).toEqual([old, old, old]);
    expect(done("web2")).toEqual([`drain deploy ${report.release}`, `undrain return ${old}`]);
    expect(scene.sites.map(({ name }) => releasesOf(name))).toEqual([[old], [old], [old]]);
    await expectNextWorks();
  });

  test("P2: who is gone before the round of switches is found before anybody switches", async () => {
    const connect = tapped(realPorts().connect, (met) => {
      if (met.host === "web1" && met.name === "hear slh_task end") scene.site("web3").killAll();
    });
    const report = await scene.deploy("v2", { ...by(AT_ONCE), ports: { connect } });
    expect(end(report)).toEqual(["failed", 1]);
    expect(report.hosts.map(({ phases }) => phases.some(({ name }) => name === "switch"))).toEqual([false, false, false]);
    expect(lives()).toEqual([old, old, old]);
  });

  test("an interrupt between two waves takes back what has switched", async () => {
    const stop = new AbortController();
    const emit = (event: Event): void => void (event.kind === "notice" && event.text.startsWith("Waiting") && stop.abort());
    const report = await scene.deploy("v2", { ...by({ ...CANARY, pause: 600 }), emit, signal: stop.signal });
    expect(end(report)).toEqual(["interrupted", 130]);
    expect(lives()).toEqual([old, old, old]);
    expect(done("web2")).toEqual([]);
  });
});
