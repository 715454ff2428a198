import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ledger, live, log, overlaps } from "./evidence.ts";
import { inScene } from "./in-scene.ts";
import { marked, type Process, runtimeOf, signalAll } from "./processes.ts";

/** One blow, at a random moment, at some of all that runs. */
const blow = fc.record({
  after: fc.integer({ min: 0, max: 700 }),
  at: fc.constantFrom("a controller", "a shell", "all shells", "everything"),
  which: fc.nat(1000),
  signal: fc.constantFrom("SIGKILL" as const, "SIGKILL" as const, "SIGSTOP" as const),
});

/** More controllers than blows can kill, so that some always come through. */
const CONTROLLERS = 8;

test("P8: whoever is killed or stopped at whatever moment, one works at a time, and the last comes through", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(blow, { minLength: 1, maxLength: 5 }), async (blows) =>
      inScene(async (scene) => {
        const numbers = Array.from({ length: CONTROLLERS }, (_, index) => index);
        const crowd = numbers.map((n) => scene.start("deploy", { force: true, message: `number ${n}` }, { by: `number ${n}` }));
        for (const { after, at, which, signal } of blows) {
          await sleep(after);
          const victims = {
            "a controller": [crowd[which % CONTROLLERS]].filter((one) => one !== undefined),
            "a shell": pick(runtimeOf(scene.directory), which),
            "all shells": runtimeOf(scene.directory),
            everything: marked(scene.directory),
          }[at];
          signalAll(victims, signal);
          if (signal === "SIGSTOP") setTimeout(() => signalAll(victims, "SIGCONT"), (which % 10) * 1000);
        }
        await Promise.all(crowd.map(({ ended }) => ended));
        const last = await scene.cli(["deploy", "--force", "--json"]);
        expect(last.code, last.stderr).toBe(0);
        expect(live(scene.root)).toBe(JSON.parse(last.stdout).release);
        expect(overlaps(scene.root)).toEqual([]);
        const good = new Set(ledger(scene.root).flatMap(({ kind, run }) => (kind === "good" ? [run] : [])));
        expect(finishedOnes(log(scene.root)).filter((run) => !good.has(run))).toEqual([]);
      }),
    ),
    { numRuns: 25, endOnFailure: true },
  );
});

function pick(processes: readonly Process[], which: number): Process[] {
  const one = processes[which % Math.max(1, processes.length)];
  return one === undefined ? [] : [one];
}

/** Runs whose last task ran: it runs behind the confirmation. */
function finishedOnes(lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line.startsWith("end ") ? [line.slice("end ".length)] : []));
}
