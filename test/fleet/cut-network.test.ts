import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "../e2e/project.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, type FleetHost, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { type Cut, networkObstacle, wireUp } from "../hosts/wires.ts";
import { Ground } from "./cut-ground.ts";

const KINDS: readonly Cut[] = ["down here", "down there", "silent", "deaf laptop", "deaf host"];
/** They wait most of the time, so they wait at the same time, each with two hosts of its own. */
const STORIES = KINDS.length + 4;

const obstacle = await networkObstacle();
if (obstacle !== null) test("a network that is cut", ({ skip }) => skip(obstacle));
else describeHosts("a network that is cut, between a laptop and hosts with networks of their own", cutNetworks);

function cutNetworks(): void {
  let fleet: Fleet;
  const grounds: Ground[] = [];

  beforeAll(async () => {
    fleet = await startFleet({ hosts: 1 + 2 * STORIES, network: "own" });
    const [laptop, ...hosts] = fleet.hosts as [FleetHost, ...FleetHost[]];
    const wires = await wireUp(laptop, hosts);
    for (let at = 0; at < hosts.length; at += 2)
      grounds.push(new Ground(fleet, laptop, hosts.slice(at, at + 2), wires.slice(at, at + 2)));
  }, 120_000);
  afterAll(async () => {
    for (const ground of grounds) ground.close();
    await fleet.stop();
  }, 120_000);

  const story = (title: string, number: number, tell: (ground: Ground) => Promise<void>): void =>
    test.concurrent(title, { timeout: 240_000 }, async () => {
      const ground = grounds[number];
      if (ground === undefined) throw new Error("There are too few hosts.");
      await ground.begin();
      await tell(ground);
      await ground.expectNextWorks();
    });

  for (const [number, how] of KINDS.entries())
    story(
      `P5: ${how}, between switch and confirmation: the host goes back by itself, and what is not known is said`,
      number,
      async (ground) => {
        const [cut, other] = ground.hosts;
        const { ended, release } = await ground.cutAt("afterSwitch", how);
        expect(ground.live(cut)).toBe(release);
        await ground.expectWentBackByItself(cut, release);
        const report = await ended;
        expect([report.code, report.outcome]).toEqual([4, "partial"]);
        expect(report.hosts[0]).toMatchObject({ liveKnown: false, live: null, outcome: "partial" });
        expect(["hung", "connection-lost"]).toContain(report.hosts[0].error.kind);
        expect(report.hosts[1]).toMatchObject({ liveKnown: true, live: ground.old, outcome: "returned" });
        expect(report.warnings).toContainEqual(
          `${cut.name}: It could not be reached again, so what it serves is not known. If it still runs, it goes back to ${ground.old} by itself, afterSwitch included, once it has not heard from us for 4 s.`,
        );
        expect(ground.live(other)).toBe(ground.old);
      },
    );

  story(
    "P2: the others are back before it is given up; mended while it is still asked, all is known in the end",
    5,
    async (ground) => {
      const [cut, other] = ground.hosts;
      const { ended, release } = await ground.cutAt("afterSwitch", "silent");
      await ground.expectWentBackByItself(cut, release);
      // Who waited for the one that is lost would come too late, and the mending, too.
      await until("the other one is back", () => ground.notes(other).includes(`afterSwitch return ${ground.old}`));
      await ground.mend();
      const report = await ended;
      expect([report.code, report.outcome]).toEqual([5, "returned"]);
      expect(report.hosts.map((host: Json) => [host.live, host.liveKnown])).toEqual(ground.hosts.map(() => [ground.old, true]));
    },
  );

  story("P5: the laptop loses its network altogether: all hosts go back by themselves", 6, async (ground) => {
    ground.hold(ground.hosts[1], "afterSwitch");
    const { ended, release } = await ground.cutAt("afterSwitch", "down here", ground.wires);
    await Promise.all(ground.hosts.map((host) => ground.expectWentBackByItself(host, release)));
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([4, "partial"]);
    expect(report.hosts.map((host: Json) => host.liveKnown)).toEqual([false, false]);
  });

  story("before the switch: nobody switches, and the host clears away what is half", 7, async (ground) => {
    const [cut] = ground.hosts;
    const { ended, release } = await ground.cutAt("prepare", "silent");
    await until("it has let go", () => ground.isFree(cut));
    expect(readdirSync(join(cut.directory, "releases"))).not.toContain(release);
    expect(ground.ledger(cut)).toContain(`failed ${release}`);
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([1, "failed"]);
    expect(report.hosts[0]).toMatchObject({ liveKnown: false, error: { kind: "hung" } });
    expect(ground.hosts.map(ground.live)).toEqual([ground.old, ground.old]);
  });

  story("behind the confirmation: the release stays, and what was left undone is told", 8, async (ground) => {
    const [cut] = ground.hosts;
    const { ended, release } = await ground.cutAt("finish", "silent");
    await until("it has let go", () => ground.isFree(cut));
    const report = await ended;
    expect([report.code, report.outcome]).toEqual([0, "deployed"]);
    expect(report.warnings).toContainEqual(expect.stringContaining(`${cut.name}: `));
    expect(ground.hosts.map(ground.live)).toEqual([release, release]);
    expect(ground.ledger(cut)).toContain(`good ${release}`);
  });
}
