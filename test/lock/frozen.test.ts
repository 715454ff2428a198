import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { live, takeovers } from "./evidence.ts";
import { holdUp } from "./held-up.ts";
import { inScene } from "./in-scene.ts";
import { marked, runtimeOf, signalAll } from "./processes.ts";
import { type Controller, LEASE, type Scene } from "./scene.ts";

/** A deploy whose worker stops itself at a step: it alone, while its loop and its controller live. */
async function stoppedAt(scene: Scene, step: string): Promise<{ owner: Controller; worker: () => { pid: number }[] }> {
  const place = holdUp(scene, step, "stopped");
  const owner = scene.start("deploy", { force: true }, { by: "bob@desk", step: place.step });
  await place.reached();
  const worker = (): { pid: number }[] => runtimeOf(scene.directory).filter(({ state }) => state === "T");
  await until("the worker stands", () => worker().length > 0);
  return { owner, worker };
}

/** Who was woken late and finds the lock taken says so, and claims nothing that is not so. */
async function expectTruth(scene: Scene, owner: Controller): Promise<void> {
  const { code } = await owner.ended;
  expect([1, 4]).toContain(code);
  const { hosts, outcome } = await owner.report();
  expect(["failed", "partial"]).toContain(outcome);
  expect(["connection-lost", "hung", "fenced"]).toContain(hosts[0]?.error?.kind);
  if (hosts[0]?.liveKnown === true) expect(hosts[0].live).toBe(live(scene.root));
}

describe.concurrent("an owner that stands still for longer than its lease", () => {
  const rows: [what: "controller" | "whole machine", step: string, switched: boolean][] = [
    ["controller", "task.before-start", false],
    ["controller", "switch.renamed", true],
    ["whole machine", "task.before-start", false],
    ["whole machine", "switch.linked", false],
    ["whole machine", "switch.renamed", true],
  ];

  test.each(rows)(
    "P8: its %s is frozen at %s and woken: the next has deployed, and nothing of it is undone",
    async (what, step, switched) =>
      inScene(async (scene) => {
        const first = live(scene.root);
        const place = holdUp(scene, step);
        const owner = scene.start("deploy", { force: true }, { by: "bob@desk", step: place.step });
        await place.reached();
        const frozen = what === "controller" ? [owner] : marked(scene.directory);
        signalAll(frozen, "SIGSTOP");
        place.letGo();
        expect(live(scene.root) !== first).toBe(switched);

        const next = await scene.cli(["deploy", "--force", "--json"], { by: "eve@desk" });
        expect(next.code, next.stderr).toBe(0);
        const { release } = JSON.parse(next.stdout);
        signalAll(frozen, "SIGCONT");
        await expectTruth(scene, owner);
        expect(live(scene.root)).toBe(release);
        expect(takeovers(scene.root)).toHaveLength(what === "controller" ? 0 : 1);
      }),
  );

  test("P8: its worker alone is frozen: its loop lives, so the lock stays, and all deploy in the end", async () =>
    inScene(async (scene) => {
      const { owner, worker } = await stoppedAt(scene, "switch.linked");
      const impatient = await scene.cli(["deploy", "--wait", String(LEASE + 1)]);
      expect(impatient.code).toBe(3);
      expect(impatient.stderr).toContain("is locked by a running deploy of bob@desk");

      const next = scene.cli(["deploy", "--force", "--json"], { by: "eve@desk" });
      await sleep(500);
      signalAll(worker(), "SIGCONT");
      expect((await owner.ended).code).toBe(0);
      const { code, stdout } = await next;
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ previous: (await owner.report()).release, release: live(scene.root) });
      expect(takeovers(scene.root)).toEqual([]);
    }));

  test("P8: all of it is killed but a frozen worker: the next stops that for good before it begins", async () =>
    inScene(async (scene) => {
      const { worker } = await stoppedAt(scene, "switch.linked");
      const asleep = new Set(worker().map(({ pid }) => pid));
      signalAll(
        marked(scene.directory).filter(({ pid }) => !asleep.has(pid)),
        "SIGKILL",
      );
      const next = await scene.cli(["deploy", "--force"], { by: "eve@desk" });
      expect(next.code, next.stderr).toBe(0);
      expect(worker()).toEqual([]);
    }));
});
