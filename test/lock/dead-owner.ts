import { describe, expect, test } from "vitest";
import { live, takeovers } from "./evidence.ts";
import { holdUp } from "./held-up.ts";
import { inScene } from "./in-scene.ts";
import { marked, runtimeOf, signalAll } from "./processes.ts";
import type { Controller, Scene } from "./scene.ts";

/** Kills, all at one moment. */
const victims = {
  "the controller": (_: Scene, owner: Controller) => signalAll([owner], "SIGKILL"),
  "the runtime": ({ directory }: Scene) => signalAll(runtimeOf(directory), "SIGKILL"),
  "controller and runtime": ({ directory }: Scene) => signalAll(marked(directory), "SIGKILL"),
};

export type Victim = keyof typeof victims;
export const VICTIMS = Object.keys(victims) as Victim[];

/** Where an owner may be when it dies; whether its release is live from then on, until somebody looks. */
export const STEPS = {
  "open.locked": false,
  "receive.unpack": false,
  "task.before-start": false,
  "seal.flushed": false,
  "switch.begin": false,
  "switch.intent": false,
  "switch.linked": false,
  "switch.renamed": true,
  "switch.noted": true,
  "confirm.noted": true,
} as const;

export type Step = keyof typeof STEPS;

/** An owner that dies while it holds the lock, and the next who wants it. */
export function describeDeadOwners(rows: readonly (readonly [Victim, Step])[]): void {
  describe.concurrent("an owner that dies while it holds the lock", () => {
    test.each(rows)("P8: %s is killed at %s: the next deploy has the lock at once, and tells", async (victim, step) =>
      inScene(async (scene) => {
        const first = live(scene.root);
        const place = holdUp(scene, step);
        const owner = scene.start("deploy", { force: true, message: "the victim" }, { by: "bob@desk", step: place.step });
        await place.reached();
        expect(live(scene.root) !== first).toBe(STEPS[step]);
        victims[victim](scene, owner);
        place.letGo();

        const next = await scene.cli(["deploy", "--force", "--json"], { by: "eve@desk" });
        expect(next.code, next.stderr).toBe(0);
        expect(live(scene.root)).toBe(JSON.parse(next.stdout).release);
        expect((await owner.ended).code).not.toBe(0);
        if (victim === "controller and runtime") await expectTakeover(scene);
      }),
    );
  });
}

async function expectTakeover(scene: Scene): Promise<void> {
  const reason = expect.stringMatching(/^lock 2 from the deploy of bob@desk, begun [-0-9T:.]+Z: its process was gone$/);
  expect(takeovers(scene.root)).toMatchObject([{ by: "eve@desk", generation: 3, reason }]);
  const { stdout } = await scene.cli(["history", "--json"]);
  const took = { command: "deploy", result: "took over", by: "eve@desk", release: null, reason };
  expect(JSON.parse(stdout).rows).toContainEqual(expect.objectContaining(took));
}
