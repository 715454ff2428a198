import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { live } from "./evidence.ts";
import { holdUp } from "./held-up.ts";
import { type Controller, openScene, type Scene } from "./scene.ts";

/** A rollback of Bob that waits behind a deploy of Eve which has not switched yet, and then lets that one end. */
async function overtaken(scene: Scene, options: object = {}): Promise<{ back: Controller; first: string; second: string }> {
  const first = live(scene.root) ?? "";
  const place = holdUp(scene, "switch.begin");
  const owner = scene.start("deploy", { force: true }, { by: "eve@desk", step: place.step });
  await place.reached();
  const sign = join(scene.directory, "it waits");
  const waits = "slh_awaited=$slh_top\n";
  const swap = [[waits, `: >'${sign}'; ${waits}`]] as const;
  const back = scene.start("rollback", options, { by: "bob@desk", swap });
  await until("the rollback waits", () => existsSync(sign));
  place.letGo();
  const { release } = await owner.report();
  return { back, first, second: release ?? "" };
}

/** Runs a test in a scene of its own where something is live already. */
async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = openScene();
  try {
    expect((await scene.cli(["deploy"])).code).toBe(0);
    await body(scene);
  } finally {
    scene.stop();
  }
}

describe.concurrent("P7: a rollback whose turn comes when something else is live than when it was asked for", () => {
  test("goes back from nothing that its user has never seen, and says what is live instead", async () =>
    inScene(async (scene) => {
      expect((await scene.cli(["deploy", "--force"])).code).toBe(0);
      const { back, first, second } = await overtaken(scene);
      const { code, stderr } = await back.ended;
      expect(code).not.toBe(0);
      expect(stderr).toContain(`While this rollback waited, ${second} took the place of ${first} on local (deploy of eve@desk).`);
      expect(live(scene.root)).toBe(second);
      const meant = await scene.cli(["rollback", "--from", second]);
      expect(meant.code, meant.stderr).toBe(0);
      expect(live(scene.root)).toBe(first);
    }));

  test("goes where it was told by name", async () =>
    inScene(async (scene) => {
      const oldest = live(scene.root);
      expect((await scene.cli(["deploy", "--force"])).code).toBe(0);
      const { back } = await overtaken(scene, { to: oldest });
      expect((await back.ended).code).toBe(0);
      expect(live(scene.root)).toBe(oldest);
    }));
});
