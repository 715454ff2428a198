import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Crowd, gather } from "./crowd.ts";
import { CONNECT, type Deploy, deploysOf, type See, type Told } from "./deploys.ts";
import { signal } from "./signal.ts";
import { mostAtOnce } from "./spans.ts";

/** Behind so many milliseconds a connection that is being made no longer counts; see `LONGEST_TURN` in member.ts. A little less, to be sure. */
const COUNTED = 4900;

/** What holds for many hosts, with so many. `lease`: seconds, long enough for a machine that plays all of them. */
export function describeCrowd(count: number, lease: number): void {
  describeHosts(`${count} hosts`, () => {
    let crowd: Crowd;
    let live: string | null = null;
    let deploys: Deploy;
    beforeAll(async () => {
      crowd = await gather(count);
      deploys = deploysOf(crowd);
    });
    afterAll(() => crowd.stop());
    beforeEach(() => void crowd.connecting());

    const deploy = (settings: object, see?: See): Promise<Told> => deploys({ lease, ...settings }, see);
    const at = ({ events }: Told, kind: "phase-started" | "phase-ended", phase: string): Map<string, number> =>
      new Map(events.flatMap((event, index) => (event.kind === kind && event.phase === phase ? [[event.host, index]] : [])));
    const lives = (): Set<string | null> => new Set(crowd.names.map((name) => crowd.live(name)));

    test("a deploy connects to no more than it may at once, and nobody switches before all stand ready", async () => {
      const told = await deploy({});
      expect([told.code, told.report.outcome]).toEqual([0, "deployed"]);
      live = told.report.release;
      expect(lives()).toEqual(new Set([live]));
      const spans = crowd.connecting();
      expect(new Set(spans.map(({ host }) => host)).size).toBe(count);
      expect(spans).toHaveLength(count);
      expect(mostAtOnce(spans, COUNTED)).toBeLessThanOrEqual(CONNECT);
      const ready = at(told, "phase-ended", "ready");
      expect(ready.size).toBe(count);
      expect(Math.max(...ready.values())).toBeLessThan(Math.min(...at(told, "phase-started", "switch").values()));
      expect(told.report.waves).toEqual([{ hosts: crowd.names, skewMs: expect.any(Number) }]);
    });

    test("in four waves each has its skew, and nobody of the next switches before the last is done", async () => {
      const told = await deploy({ strategy: { wave: "25%" } });
      expect(told.code).toBe(0);
      live = told.report.release;
      const waves = told.report.waves ?? [];
      expect(waves.flatMap(({ hosts }) => hosts)).toEqual(crowd.names);
      expect(waves).toHaveLength(4);
      const switched = at(told, "phase-started", "switch");
      const ended = at(told, "phase-ended", "switch");
      const bounds = waves.map(({ hosts }) => [
        Math.min(...hosts.map((host) => switched.get(host) ?? 0)),
        Math.max(...hosts.map((host) => ended.get(host) ?? 0)),
      ]);
      expect(bounds.flat()).toEqual(bounds.flat().toSorted((a, b) => a - b));
    });

    test("a host whose start-up file takes its time keeps no other one waiting", async () => {
      const [slow = ""] = crowd.names;
      crowd.slow(slow, 10);
      // One at a time: it has the only turn.
      const told = await deploy({ limits: { connect: 1 } });
      crowd.slow(slow, 0);
      expect(told.code).toBe(0);
      live = told.report.release;
      const connected = at(told, "phase-ended", "connect");
      const before = [...connected.values()].filter((index) => index < (connected.get(slow) ?? 0));
      expect(before.length).toBeGreaterThan(2);
    });

    test("a host that stops answering costs its own lease, and all serve what they served", async () => {
      const hung = crowd.names[2] ?? "";
      const stopped = new Set<number>();
      // Its watchdog, too, which may be just being started.
      const stop = (): void => crowd.processes(hung).forEach((pid) => signal(pid, "SIGSTOP") && stopped.add(pid));
      let stopping: NodeJS.Timeout | undefined;
      const told = await deploy({ tasks: { prepare: "sleep 1" } }, (event) => {
        if (event.kind === "phase-started" && event.phase === "prepare" && event.host === hung) stopping = setInterval(stop, 50);
      });
      clearInterval(stopping);
      for (const pid of stopped) signal(pid, "SIGKILL");
      expect(stopped.size).toBeGreaterThan(1);
      expect([told.code, told.report.outcome]).toEqual([1, "failed"]);
      const { error } = told.report.hosts.find(({ host }) => host === hung) ?? {};
      expect(error).toMatchObject({ kind: "hung", message: `The host has not answered for ${lease} s.` });
      expect(told.report.hosts.filter((host) => host.error !== null)).toHaveLength(1);
      // All others had come as far as they could without it.
      const failed = told.events.findIndex((event) => event.kind === "failed");
      const prepared = [...at(told, "phase-ended", "prepare")].filter(([, index]) => index < failed);
      expect(prepared.filter(([host]) => host !== hung)).toHaveLength(count - 1);
      expect(lives()).toEqual(new Set([live]));
    });

    test("P2: one that fails behind its switch takes all back, and the next deploy works", async () => {
      const bad = crowd.names.at(-1) ?? "";
      const afterSwitch = `[ "$SLH_HOST $SLH_ACTION" != "${bad} deploy" ]`;
      const told = await deploy({ tasks: { afterSwitch } });
      expect([told.code, told.report.outcome]).toEqual([5, "returned"]);
      expect(told.report.hosts.every((host) => host.liveKnown && host.live === live)).toBe(true);
      expect(lives()).toEqual(new Set([live]));
      expect(told.report.waves?.[0]?.hosts).toHaveLength(count);
      const next = await deploy({});
      expect(next.code).toBe(0);
      expect(lives()).toEqual(new Set([next.report.release]));
    });
  });
}
