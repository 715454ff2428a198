import { expect } from "vitest";
import { until } from "../hosts/until.ts";
import { lateFacts, leftovers, overlaps } from "./evidence.ts";
import { marked } from "./processes.ts";
import { openScene, type Scene } from "./scene.ts";

/** Runs a test in a scene of its own where something is live already; behind it nothing may be left, nor anybody have disturbed another. */
export async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = openScene();
  try {
    expect((await scene.cli(["deploy"])).code).toBe(0);
    await body(scene);
    await until("nothing runs any more", () => marked(scene.directory).length === 0);
    expect(leftovers(scene.root)).toEqual([]);
    expect(overlaps(scene.root)).toEqual([]);
    expect(lateFacts(scene.root)).toEqual([]);
  } finally {
    scene.stop();
  }
}
