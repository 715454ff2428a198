import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { generation, lateFacts, ledger, leftovers, live, log, overlaps } from "./evidence.ts";
import { marked } from "./processes.ts";
import { openScene, type Scene } from "./scene.ts";

/** So many command lines at once against one app root. */
export function describeCrowd(size: number): void {
  let scene: Scene;
  beforeEach(() => void (scene = openScene()));
  afterEach(() => scene.stop());

  test(`P8: ${size} controllers started at once deploy one after the other`, async () => {
    const numbers = Array.from({ length: size }, (_, index) => index);
    const ended = await Promise.all(numbers.map((n) => scene.cli(["deploy", "--force", "--message", `number ${n}`, "--json"])));
    expect(ended.filter(({ code }) => code !== 0)).toEqual([]);

    expect(overlaps(scene.root)).toEqual([]);
    expect(log(scene.root).filter((line) => line.startsWith("end "))).toHaveLength(size);
    const releases = ended.map(({ stdout }): string => JSON.parse(stdout).release);
    expect(new Set(releases).size).toBe(size);
    expect(live(scene.root)).toBe(releases.toSorted().at(-1));

    // Each replaced the one before it: no switch was made from an outdated view.
    const switches = ledger(scene.root).filter(({ kind }) => kind === "live");
    expect(switches.map(({ from }) => from)).toEqual([null, ...switches.slice(0, -1).map(({ release }) => release)]);
    expect(new Set(ledger(scene.root).flatMap(({ message }) => message ?? [])).size).toBe(size);
    expect(generation(scene.root)).toBe(size);
    expect(lateFacts(scene.root)).toEqual([]);
    expect(leftovers(scene.root)).toEqual([]);
    await until("nothing runs any more", () => marked(scene.directory).length === 0);
  });
}
