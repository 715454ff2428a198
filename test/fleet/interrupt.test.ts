import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import type { Report } from "../../src/index.ts";
import { look } from "../faults/outside.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";

const TAKEN_BACK = ["source", "connect", "lock", "compare", "send", "prepare", "beforeSwitch", "ready", "switch", "afterSwitch"];
const TOO_LATE = ["confirm", "finish", "prune"];

describeHosts("an interrupt", () => {
  let scene: Scene;
  let previous: string;
  let phases: string[];
  beforeAll(async () => {
    scene = await openScene({ hosts: 2, breakable: false });
    await scene.deploy("v0");
    previous = (await scene.deploy("v1")).release ?? "";
    scene.keep("v1");
    phases = (await scene.deploy("v2")).hosts[0]?.phases.map(({ name }) => name) ?? [];
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("v1"));

  const lives = (): (string | null)[] => scene.sites.map((site) => look(site).live);

  async function interruptedIn(phase: string): Promise<Report> {
    const interrupt = new AbortController();
    const report = await scene.deploy("v2", {
      signal: interrupt.signal,
      emit: (event) => {
        const began = event.kind === "step-started" ? event.name : event.kind === "phase-started" ? event.phase : null;
        if (began === phase) interrupt.abort();
      },
    });
    expect(interrupt.signal.aborted).toBe(true);
    return report;
  }

  test("can come in any phase, and the following tests know them all", () => {
    expect(["source", ...phases]).toEqual([...TAKEN_BACK, ...TOO_LATE]);
  });

  test.each(TAKEN_BACK)("P2: in %s ends with every host serving what it served, and nothing left", async (phase) => {
    const report = await interruptedIn(phase);
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["interrupted", 130]);
    expect(lives()).toEqual([previous, previous]);
    expect(scene.sites.flatMap((site) => look(site).leftovers.filter((what) => !what.startsWith("trash")))).toEqual([]);
    expect((await scene.deploy("v2")).outcome).toBe("deployed");
  });

  test.each(TOO_LATE)("in %s comes too late: what was confirmed stays", async (phase) => {
    const report = await interruptedIn(phase);
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["deployed", 0]);
    expect(lives()).toEqual([report.release, report.release]);
  });
});
