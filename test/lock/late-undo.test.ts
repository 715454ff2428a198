import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { live } from "./evidence.ts";
import { holdUp } from "./held-up.ts";
import { inScene } from "./in-scene.ts";
import { signalAll } from "./processes.ts";
import type { Controller, Scene } from "./scene.ts";

const note = (word: string): string => `printf '%s %s\\n' ${word} "$SLH_BY" >>shared/tasks`;
const MIGRATING = {
  tasks: {
    beforeSwitch: { run: note("migrate"), in: "root", undo: note("undo") },
    afterSwitch: { run: note("reload"), in: "root" },
  },
};

/** What the tasks wrote, `WORD WHO`, without what the first deploy of the scene did. */
function tasks(scene: Scene): string[] {
  const file = join(scene.root, "shared/tasks");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

/** A deploy of Bob that has migrated, and whose runtime waits before its switch. */
async function migrated(scene: Scene): Promise<{ owner: Controller; config: string; letGo: () => void }> {
  const config = scene.configure("migrating.yaml", ["local"], MIGRATING);
  const place = holdUp(scene, "switch.begin");
  const owner = scene.start("deploy", { force: true }, { by: "bob@desk", step: place.step, config });
  await place.reached();
  expect(tasks(scene)).toEqual(["migrate bob@desk"]);
  return { owner, config, letGo: () => place.letGo() };
}

describe.concurrent("what a late owner has done is its own to undo only as long as nobody went on from it", () => {
  test("P8: woken when another has deployed, it undoes nothing under that one, and says so", async () =>
    inScene(async (scene) => {
      const { owner, config, letGo } = await migrated(scene);
      signalAll([owner], "SIGSTOP");
      letGo();
      const next = await scene.cli(["deploy", "--force", "--json"], { by: "eve@desk", config });
      expect(next.code, next.stderr).toBe(0);
      signalAll([owner], "SIGCONT");
      expect([1, 4]).toContain((await owner.ended).code);
      expect(tasks(scene)).toEqual(["migrate bob@desk", "migrate eve@desk", "reload eve@desk"]);
      expect(live(scene.root)).toBe(JSON.parse(next.stdout).release);
      const { warnings, hosts } = await owner.report();
      expect(warnings.join("\n")).toMatch(/the undo of beforeSwitch, was not run: a deploy of eve@desk has been at work here/);
      expect(hosts[0]?.undone ?? []).toEqual([]);
    }));

  test("P2: woken when others have only looked after things, it undoes what it did", async () =>
    inScene(async (scene) => {
      const { owner, config, letGo } = await migrated(scene);
      signalAll([owner], "SIGSTOP");
      letGo();
      const next = await scene.cli(["prune"], { by: "eve@desk", config });
      expect(next.code, next.stderr).toBe(0);
      signalAll([owner], "SIGCONT");
      await owner.ended;
      const { outcome, hosts } = await owner.report();
      // A single host stays where it is: it may have switched before it noticed, and then goes back.
      expect(["failed", "returned"]).toContain(outcome);
      expect(tasks(scene).filter((line) => line !== "reload bob@desk")).toEqual(["migrate bob@desk", "undo bob@desk"]);
      expect(hosts[0]?.undone).toHaveLength(1);
    }));

  test("P8: whose lock was broken begins no task any more, neither forward nor back", async () =>
    inScene(async (scene) => {
      const { owner, config, letGo } = await migrated(scene);
      const broken = await scene.cli(["lock", "release", "--force", "--yes"], { by: "eve@desk", config });
      expect(broken.code, broken.stderr).toBe(0);
      appendFileSync(join(scene.root, "shared/tasks"), "broken\n");
      letGo();
      expect((await owner.ended).code).toBe(1);
      expect(tasks(scene)).toEqual(["migrate bob@desk", "broken"]);
      const { hosts, warnings } = await owner.report();
      expect(hosts[0]?.error?.kind).toBe("fenced");
      expect(warnings.join("\n")).toMatch(/undo of beforeSwitch: .*released the lock/);
      await until("the next deploys", async () => (await scene.cli(["deploy", "--force"], { config })).code === 0);
    }));
});
