import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { lateFacts, leftovers, live, overlaps, takeovers } from "./evidence.ts";
import { holdUp } from "./held-up.ts";
import { marked, runtimeOf, signalAll } from "./processes.ts";
import { type Controller, openScene, type Scene } from "./scene.ts";

let scene: Scene;

/** Kills, all at one moment. */
const victims = {
  "the controller": (owner: Controller) => signalAll([owner], "SIGKILL"),
  "the runtime": () => signalAll(runtimeOf(scene.directory), "SIGKILL"),
  "controller and runtime": () => signalAll(marked(scene.directory), "SIGKILL"),
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
  beforeEach(() => void (scene = openScene()));
  afterEach(() => scene.stop());

  test.each(rows)("P8: %s is killed at %s: the next deploy has the lock at once, and tells", async (victim, step) => {
    expect((await scene.cli(["deploy"])).code).toBe(0);
    const first = live(scene.root);
    const place = holdUp(scene, step);
    const owner = scene.start("deploy", { force: true, message: "the victim" }, { by: "bob@desk", step: place.step });
    await place.reached();
    expect(live(scene.root) !== first).toBe(STEPS[step]);
    victims[victim](owner);
    place.letGo();

    const next = await scene.cli(["deploy", "--force", "--json"], { by: "eve@desk" });
    expect(next.code, next.stderr).toBe(0);
    expect(live(scene.root)).toBe(JSON.parse(next.stdout).release);
    expect((await owner.ended).code).not.toBe(0);
    expect(overlaps(scene.root)).toEqual([]);
    expect(lateFacts(scene.root)).toEqual([]);
    await until("nothing runs any more", () => marked(scene.directory).length === 0);
    expect(leftovers(scene.root)).toEqual([]);
    if (victim === "controller and runtime") await expectTakeover();
  });
}

async function expectTakeover(): Promise<void> {
  const reason = expect.stringMatching(/^lock 2 from the deploy of bob@desk, begun [-0-9T:.]+Z: its process was gone$/);
  expect(takeovers(scene.root)).toMatchObject([{ by: "eve@desk", generation: 3, reason }]);
  const { stdout } = await scene.cli(["history", "--json"]);
  const took = { command: "deploy", result: "took over", by: "eve@desk", release: null, reason };
  expect(JSON.parse(stdout).rows).toContainEqual(expect.objectContaining(took));
}
