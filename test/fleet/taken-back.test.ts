import { execFileSync } from "node:child_process";
import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { realPorts, type Ports, type Report } from "../../src/index.ts";
import { look } from "../faults/outside.ts";
import { failsAt } from "../faults/scenario.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { tapped } from "../faults/wire.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";

const NOTE = `printf '%s %s %s\\n' "$SLH_POINT" "$SLH_ACTION" "$SLH_RELEASE" >>"$TASK_LOG"`;
const TASKS = `
tasks:
  prepare: ${JSON.stringify(`${NOTE}; echo made >made.txt`)}
  beforeSwitch:
    - { run: ${JSON.stringify(`: migrate; ${NOTE}`)}, on: first, undo: ${JSON.stringify(`: unmigrate; SLH_POINT=undo; ${NOTE}`)} }
    - { run: ${JSON.stringify(`: tell; ${NOTE}`)}, on: first }
  afterSwitch: ${JSON.stringify(`${NOTE}; [ ! -e "fails-afterSwitch-$SLH_HOST" ]`)}
  failed: ${JSON.stringify(`${NOTE}; printf '%s\\n' "$SLH_REASON" >>"$TASK_LOG"`)}
`;

describeHosts("P2: all go back when one of three hosts fails behind the barrier", () => {
  let scene: Scene;
  let previous: string;
  beforeAll(async () => {
    scene = await openScene({ hosts: 3, breakable: false, tasks: TASKS });
    previous = (await scene.deploy("v1")).release ?? "";
    scene.keep("v1");
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("v1"));

  const lives = (): (string | null)[] => scene.sites.map((site) => look(site).live);

  /** Lets something happen just before a host is told to switch. */
  function beforeSwitchOf(host: string, happen: () => void): Partial<Ports> {
    return {
      connect: tapped(realPorts().connect, (met) => met.host === host && met.name === "send R slh_do_switch" && happen()),
    };
  }

  function expectReturned(report: Report): void {
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["returned", 5]);
    expect(report.hosts.map(({ live, liveKnown }) => [live, liveKnown])).toEqual([
      [previous, true],
      [previous, true],
      [previous, true],
    ]);
    expect(lives()).toEqual([previous, previous, previous]);
  }

  test("it cannot replace its link", async () => {
    const root = scene.site("web2").root;
    const report = await scene.deploy("v2", { ports: beforeSwitchOf("web2", () => execFileSync("chattr", ["+i", root])) });
    execFileSync("chattr", ["-i", root]);
    expectReturned(report);
    expect(report.hosts.map(({ error }) => error?.kind ?? null)).toEqual([null, "switch", null]);
    expect((await scene.deploy("v2")).outcome).toBe("deployed");
  });

  test("P3: somebody else switched it meanwhile, and is left alone", async () => {
    const root = scene.site("web3").root;
    symlinkSync("releases/other", join(root, "their-link"));
    const report = await scene.deploy("v2", {
      ports: beforeSwitchOf("web3", () => renameSync(join(root, "their-link"), join(root, "current"))),
    });
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["partial", 4]);
    expect(report.hosts.map(({ error }) => error?.kind ?? null)).toEqual([null, null, "moved"]);
    expect(lives()).toEqual([previous, previous, "other"]);
  });

  test("its afterSwitch fails: reloaded for the old release, undone what has an undo, named what has none", async () => {
    const report = await scene.deploy("v2", { more: [failsAt("afterSwitch", "web2")] });
    expectReturned(report);
    const release = report.release ?? "";
    // The others may have been stopped before they came to theirs.
    const [web1 = [], web2, web3 = []] = scene.sites.map(({ name }) => scene.tasksRun(name));
    const [reloaded, failed] = [`afterSwitch return ${previous}`, `failed deploy ${release}`];
    expect(web1.filter((line) => line !== `afterSwitch deploy ${release}`).slice(0, -1)).toEqual([
      `prepare deploy ${release}`,
      `beforeSwitch deploy ${release}`,
      `beforeSwitch deploy ${release}`,
      `undo return ${release}`,
      reloaded,
      failed,
    ]);
    expect(web2?.slice(0, -1)).toEqual([`prepare deploy ${release}`, `afterSwitch deploy ${release}`, reloaded, failed]);
    expect(web3.slice(-3, -1)).toEqual([reloaded, failed]);
    expect(web3.at(-1)).toContain("web2: The afterSwitch task");
    expect(report.warnings).toEqual([expect.stringMatching(/^web1: `: tell; .*` \(beforeSwitch\) ran here and was not undone/)]);
  });

  test("the first deploy: the link is removed", async () => {
    scene.reset("empty");
    const report = await scene.deploy("v1", { more: [failsAt("afterSwitch", "web1")] });
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["returned", 5]);
    expect(lives()).toEqual([null, null, null]);
    expect((await scene.deploy("v2")).outcome).toBe("deployed");
  });

  test("a host that died is put back over a new connection", async () => {
    const report = await scene.deploy("v2", {
      ports: {
        connect: tapped(realPorts().connect, (met) => {
          if (met.host === "web3" && met.conversation === 0 && met.name === "hear slh_do_switch end")
            scene.site("web3").killAll();
        }),
      },
    });
    expectReturned(report);
    expect(report.hosts[2]?.error?.kind).toBe("connection-lost");
  });

  test("P2: of a task it is not known whether it ran: told with its undo, which is not run", async () => {
    const report = await scene.deploy("v2", {
      ports: {
        connect: tapped(realPorts().connect, (met, wire) => {
          if (met.host !== "web1" || met.conversation > 0 || met.name !== "hear slh_task task") return;
          wire.deafen();
          wire.close();
        }),
      },
    });
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["failed", 1]);
    const told = (task: string, advice: string): unknown =>
      expect.stringMatching(new RegExp(`^web1: \`: ${task}; .*\` \\(beforeSwitch\\) may have run here .* ${advice}`));
    expect(report.warnings).toEqual([
      told("migrate", "if so undo it: `: unmigrate;"),
      told("tell", "Look whether it did: it has no `undo`"),
    ]);
    expect(scene.tasksRun("web1").filter((line) => line.startsWith("undo"))).toEqual([]);
    expect((await scene.deploy("v2")).outcome).toBe("deployed");
  });
});
