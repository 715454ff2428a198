import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseLedger } from "../../src/release/ledger-text.ts";
import { type Json, openProject, type Project } from "../e2e/project.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, type FleetHost, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { type Cut, from, networkObstacle, type Wire, wireUp } from "../hosts/wires.ts";

/** Seconds: short enough to wait for, long enough for a busy machine. */
const LEASE = 4;

const NOTE = `echo "$SLH_POINT $SLH_ACTION $SLH_RELEASE" >>"$SLH_ROOT/../notes"`;
/** Stands still once, where the test wants it to, and says so. */
const HOLD = `if rm "$SLH_ROOT/../hold-$SLH_POINT" 2>/dev/null; then touch "$SLH_ROOT/../reached"; sleep 120; fi`;
const TASK = `${NOTE}; ${HOLD}`;

type Point = "prepare" | "afterSwitch" | "finish";

const obstacle = await networkObstacle();
if (obstacle !== null) test("a network that is cut", ({ skip }) => skip(obstacle));
else describeHosts("a network that is cut, between a laptop and two hosts with networks of their own", cutNetworks);

function cutNetworks(): void {
  let fleet: Fleet;
  let project: Project;
  let laptop: FleetHost;
  let web1: FleetHost;
  let web2: FleetHost;
  let wires: readonly Wire[];
  let old: string;
  let version = 0;

  beforeAll(async () => {
    fleet = await startFleet({ hosts: 3, names: ["laptop", "web1", "web2"], network: "own" });
    [laptop, web1, web2] = fleet.hosts as [FleetHost, FleetHost, FleetHost];
    wires = await wireUp(laptop, [web1, web2]);
    project = openProject({ fleet });
    project.configure({
      environments: { production: { hosts: ["web1", "web2"] } },
      ssh: { config: fleet.sshConfigFile, options: { ConnectTimeout: "2" } },
      lease: LEASE,
      wait: 60,
      tasks: { prepare: TASK, afterSwitch: TASK, finish: TASK },
    });
    old = (await deploy()).release;
  }, 120_000);
  afterAll(async () => {
    project.close();
    await fleet.stop();
  });
  beforeEach(() => {
    for (const host of [web1, web2])
      for (const name of ["notes", "reached", "hold-prepare", "hold-afterSwitch", "hold-finish"]) rmSync(beside(host, name), { force: true });
  });

  function deploy(): Promise<Json> {
    project.write({ "index.html": `<p>${++version}</p>\n` });
    project.commit();
    return project.json(["deploy"], { through: from(laptop) });
  }

  const beside = (host: FleetHost, name: string): string => join(host.directory, "..", name);
  const live = (host: FleetHost): string => readlinkSync(join(host.directory, "current")).replace("releases/", "");
  const notes = (host: FleetHost): string[] => readFileSync(beside(host, "notes"), "utf8").trim().split("\n");
  const ledger = (host: FleetHost): string[] =>
    parseLedger(readFileSync(join(host.directory, ".symlink-helper/ledger.jsonl"), "latin1") as never).entries.map(
      ({ kind, release }) => `${kind} ${release}`,
    );
  const unlocked = (host: FleetHost): boolean => {
    const locks = readdirSync(join(host.directory, ".symlink-helper/locks")).filter((name) => /^g\d+/.test(name));
    return locks.toSorted().at(-1)?.endsWith(".done") === true;
  };
  const hostsOf = (report: Json): Json => Object.fromEntries(report.hosts.map((host: Json) => [host.host, host]));

  /** Deploys, and cuts the wires when the host has come to that point. */
  async function cutAt(point: Point, how: Cut, cut: readonly Wire[] = wires.slice(0, 1)): Promise<{ ended: Promise<Json> }> {
    writeFileSync(beside(web1, `hold-${point}`), "");
    const ended = deploy();
    await until(`web1 is at ${point}`, () => existsSync(beside(web1, "reached")));
    await Promise.all(cut.map((wire) => wire.cut(how)));
    return { ended };
  }

  /** Back in order: all is known, and a deploy needs nothing by hand. */
  async function expectNextWorks(): Promise<void> {
    await Promise.all(wires.map((wire) => wire.mend()));
    const next = await deploy();
    expect([next.code, next.outcome]).toEqual([0, "deployed"]);
    expect([live(web1), live(web2)]).toEqual([next.release, next.release]);
    old = next.release;
  }

  async function expectWentBackByItself(host: FleetHost, release: string): Promise<void> {
    await until(`${host.name} is back and has let go`, () => live(host) === old && unlocked(host));
    expect(notes(host)).toEqual([`prepare deploy ${release}`, `afterSwitch deploy ${release}`, `afterSwitch return ${old}`]);
    expect(ledger(host)).toContain(`returned ${release}`);
    expect(ledger(host)).not.toContain(`good ${release}`);
  }

  const releaseOf = (host: FleetHost): string => notes(host)[0]?.split(" ")[2] ?? "";

  test.for<Cut>(["down here", "down there", "silent", "deaf laptop", "deaf host"])(
    "P5: %s between switch and confirmation: the host goes back by itself, reload included, and what is not known is said",
    { timeout: 180_000 },
    async (how) => {
      const { ended } = await cutAt("afterSwitch", how);
      const release = releaseOf(web1);
      expect(live(web1)).toBe(release);
      await expectWentBackByItself(web1, release);
      const report = await ended;
      expect([report.code, report.outcome]).toEqual([4, "partial"]);
      const hosts = hostsOf(report);
      expect(hosts.web1).toMatchObject({ liveKnown: false, live: null, outcome: "partial" });
      expect(["hung", "connection-lost"]).toContain(hosts.web1.error.kind);
      expect(hosts.web2).toMatchObject({ liveKnown: true, live: old, outcome: "returned" });
      expect(live(web2)).toBe(old);
      await expectNextWorks();
    },
  );

  test("P2: mended while the controller still asks, all is known in the end", { timeout: 180_000 }, async () => {
    const { ended } = await cutAt("afterSwitch", "silent");
    await expectWentBackByItself(web1, releaseOf(web1));
    await wires[0]?.mend();
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([5, "returned"]);
    expect(report.hosts.map((host: Json) => [host.live, host.liveKnown])).toEqual([
      [old, true],
      [old, true],
    ]);
    await expectNextWorks();
  });

  test("P5: the laptop loses its network altogether: all hosts go back by themselves", { timeout: 180_000 }, async () => {
    writeFileSync(beside(web2, "hold-afterSwitch"), "");
    const { ended } = await cutAt("afterSwitch", "down here", wires);
    const release = releaseOf(web1);
    await Promise.all([web1, web2].map((host) => expectWentBackByItself(host, release)));
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([4, "partial"]);
    expect(report.hosts.map((host: Json) => host.liveKnown)).toEqual([false, false]);
    await expectNextWorks();
  });

  test("before the switch: nobody switches, and the host clears away what is half", { timeout: 180_000 }, async () => {
    const { ended } = await cutAt("prepare", "silent");
    const release = releaseOf(web1);
    await until("web1 has let go", () => unlocked(web1));
    expect(readdirSync(join(web1.directory, "releases"))).not.toContain(release);
    expect(ledger(web1)).toContain(`failed ${release}`);
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([1, "failed"]);
    expect(hostsOf(report).web1).toMatchObject({ liveKnown: false, error: { kind: "hung" } });
    expect([live(web1), live(web2)]).toEqual([old, old]);
    await expectNextWorks();
  });

  test("behind the confirmation: the release stays, and what was left undone is told", { timeout: 180_000 }, async () => {
    const { ended } = await cutAt("finish", "silent");
    const release = releaseOf(web1);
    await until("web1 has let go", () => unlocked(web1));
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([0, "deployed"]);
    expect(report.warnings).toContainEqual(expect.stringMatching(/^web1: /));
    expect([live(web1), live(web2)]).toEqual([release, release]);
    expect(ledger(web1)).toContain(`good ${release}`);
    await expectNextWorks();
  });
}
