import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Crowd, gather } from "./crowd.ts";
import { type Attempt, attemptsOf, type Told } from "./deploys.ts";
import { signal } from "./signal.ts";

/** What befalls: a host whose processes all die, one that stops (and whose connection breaks in the end), the death of the controller. */
type Fault = "a host dies" | "a host stops" | "the controller dies";

/** A part of a deploy, as its events call it, and what befalls when it begins on one host. */
export type Strike = readonly [phase: string, fault: Fault];

const SETTINGS = {
  tasks: { prepare: "true", beforeSwitch: { run: "true", on: "first" }, drain: "true", afterSwitch: "true", undrain: "true" },
  check: { command: "test -e index.html", within: "20s" },
};

/** A sample of what test/faults plays whole with few hosts. `lease`: seconds. */
export function describeFaults(count: number, lease: number, strikes: readonly Strike[]): void {
  describeHosts(`P1, P2, P3, P5: faults among ${count} hosts`, () => {
    let crowd: Crowd;
    let attempt: Attempt;
    let live: string | null = null;
    const settings = { lease, strategy: { wave: "50%" }, ...SETTINGS };
    const lives = (): Set<string | null> => new Set(crowd.names.map((name) => crowd.live(name)));
    beforeAll(async () => {
      crowd = await gather(count);
      attempt = attemptsOf(crowd);
    });
    afterAll(() => crowd.stop());

    /** Somebody deploys as if nothing had been. Whoever died behind its switch is back first: nobody is left to tell it anything. */
    async function deployed(): Promise<void> {
      const told = await attempt(settings);
      expect([told?.code, told?.report.outcome, told?.report.error]).toEqual([0, "deployed", null]);
      live = told?.report.release ?? null;
      expect(lives()).toEqual(new Set([live]));
    }

    /** Until all serve the same; or not, which the caller sees. */
    async function agreed(): Promise<Set<string | null>> {
      for (let left = 3 * lease; left > 0 && lives().size > 1; left--) await sleep(1000);
      return lives();
    }

    test("begins with a release on all", deployed);

    test.each(strikes)("when `%s` begins somewhere, %s", async (phase, fault) => {
      const name = crowd.names[Math.floor(count / 3)] ?? "";
      const stopped = new Set<number>();
      let struck = false;
      const told = await attempt(settings, (event, program) => {
        if (struck || event.kind !== "phase-started" || event.phase !== phase || event.host !== name) return;
        struck = true;
        strike(fault, crowd.processes(name), program, stopped);
      });
      for (const pid of stopped) signal(pid, "SIGKILL");
      expect(struck).toBe(true);
      const now = await agreed();
      expect(now.size).toBe(1);
      judge(told, now, live);
      live = [...now][0] ?? null;
      await deployed();
    });
  });
}

function strike(fault: Fault, processes: readonly number[], program: ChildProcess, stopped: Set<number>): void {
  if (fault === "the controller dies") return void program.kill("SIGKILL");
  for (const pid of processes) {
    signal(pid, fault === "a host dies" ? "SIGKILL" : "SIGSTOP");
    if (fault === "a host stops") stopped.add(pid);
  }
}

/** What was said of each host is what it served, and one failure moved nobody else. */
function judge(told: Told | null, now: ReadonlySet<string | null>, before: string | null): void {
  if (told === null) return;
  const { outcome, release, hosts } = told.report;
  const [served = null] = now;
  if (outcome === "deployed") expect(served).toBe(release);
  else expect([outcome, served]).toEqual([expect.stringMatching(/^(?:failed|returned|partial)$/u) as string, before]);
  expect(hosts.filter(({ liveKnown }) => !liveKnown).length).toBeLessThanOrEqual(1);
  for (const host of hosts.filter(({ liveKnown }) => liveKnown)) expect([host.host, host.live]).toEqual([host.host, served]);
}
