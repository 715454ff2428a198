import { afterAll, beforeAll, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { leftovers, ledger, live, overlaps } from "./evidence.ts";
import { openScene, type Scene } from "./scene.ts";

const NAMES = ["web1", "web2", "web3"];
const ORDERS = [NAMES, NAMES.toReversed(), ["web2", "web3", "web1"]];

describeHosts("several controllers, three hosts, named in different order", () => {
  let fleet: Fleet;
  let scene: Scene;
  beforeAll(async () => {
    fleet = await startFleet({ hosts: 3 });
    scene = openScene(fleet);
  });
  afterAll(async () => {
    scene.stop();
    await fleet.stop();
  });

  /** One controller for each order, all at once. */
  async function deployAll(): Promise<{ code: number | null; release: string }[]> {
    const running = ORDERS.map((order, index) => {
      const config = scene.configure(`order${index}.yaml`, order);
      return scene.cli(["deploy", "--force", "--json"], { by: `controller ${index}`, config });
    });
    return (await Promise.all(running)).map(({ code, stdout }) => ({ code, release: JSON.parse(stdout).release }));
  }

  // The first time no root has an id by which to order them.
  test.each(["new", "known"])("P8: %s roots: all of them or none, nobody waits for another for ever", async () => {
    const reports = await deployAll();
    expect(reports.map(({ code }) => code)).toEqual([0, 0, 0]);
    const last = reports
      .map(({ release }) => release)
      .toSorted()
      .at(-1);
    for (const { directory } of fleet.hosts) {
      expect(live(directory)).toBe(last);
      expect(overlaps(directory)).toEqual([]);
      expect(leftovers(directory)).toEqual([]);
    }
    const orders = fleet.hosts.map(({ directory }) =>
      ledger(directory).flatMap(({ kind, release }) => (kind === "good" ? [release] : [])),
    );
    expect(new Set(orders.map(String)).size).toBe(1);
    await until("nothing runs any more", () => fleet.hosts.every((host) => host.processes().length === 0));
  });

  test("P8: a hold on one of them refuses at once, and the others are let go", async () => {
    const only = scene.configure("web2.yaml", ["web2"]);
    expect((await scene.cli(["lock", "acquire", "-m", "a new disk"], { config: only })).code).toBe(0);
    const { code, stdout } = await scene.cli(["deploy", "--force", "--json"]);
    expect(code).toBe(3);
    const { hosts, durationMs } = JSON.parse(stdout);
    expect(hosts.map(({ error }: { error: { kind: string } | null }) => error?.kind ?? null)).toEqual([null, "locked", null]);
    expect(durationMs).toBeLessThan(60_000);
    for (const name of ["web1", "web3"]) expect(leftovers(fleet.host(name).directory)).toEqual([]);

    // Nor is a hold set on some: the two that could are let go again.
    const all = await scene.cli(["lock", "acquire", "-m", "everything"]);
    expect(all.code).toBe(3);
    for (const name of ["web1", "web3"]) expect(leftovers(fleet.host(name).directory)).toEqual([]);
    expect((await scene.cli(["lock", "release"], { config: only })).code).toBe(0);
    expect((await scene.cli(["deploy", "--force"])).code).toBe(0);
  });

  test("a hold of somebody else's on one host: none is released without --force", async () => {
    const only = scene.configure("web3.yaml", ["web3"]);
    const both = scene.configure("others.yaml", ["web1", "web2"]);
    await scene.cli(["lock", "acquire", "-m", "mine"], { by: "ann@laptop", config: both });
    await scene.cli(["lock", "acquire", "-m", "not yours"], { by: "bob@desk", config: only });
    const { code, stderr } = await scene.cli(["lock", "release"], { by: "ann@laptop" });
    expect([code, stderr]).toEqual([2, expect.stringContaining("The hold was set by bob@desk: not yours.")]);
    const { stdout } = await scene.cli(["lock", "--json"]);
    expect(JSON.parse(stdout).hosts.map(({ lock }: { lock: { by: string } | null }) => lock?.by)).toEqual([
      "ann@laptop",
      "ann@laptop",
      "bob@desk",
    ]);
    expect((await scene.cli(["lock", "release", "--force"], { by: "ann@laptop" })).code).toBe(0);
    for (const { directory } of fleet.hosts) expect(leftovers(directory)).toEqual([]);
  });
});
