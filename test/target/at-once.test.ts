import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { Bench, failureOf } from "./bench.ts";
import { mainKinds } from "./kinds.ts";
import { callOf } from "../../src/host/quote.ts";
import { bytesOf } from "../../src/host/bytes.ts";

const BUSY = "(sleep 1000 & wait) & sleep 1000\n";

function isBusy(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("\u00001000\u0000");
  } catch {
    return false;
  }
}

describe.each(mainKinds())("$name", (kind) => {
  const bench = new Bench(kind);
  afterAll(() => bench.close());

  // An interrupt that came a moment before the request: the frames stand one behind the other.
  test("a cancel right behind its request is heard, whatever has been started by then", async () => {
    await bench.open();
    const signal = AbortSignal.abort();
    for (let round = 0; round < 8; round++)
      expect(await failureOf(bench.ask(BUSY, { signal }))).toMatchObject({ kind: "cancelled" });
    await until("the work is gone", () => !bench.processes().some(isBusy));
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
  }, 60_000);

  test("P5: an end of input right behind a request leaves nothing running", async () => {
    const lost = Array.from({ length: 6 }, () => new Bench(kind));
    const answers = lost.map((one) => failureOf(one.ask(BUSY)));
    await Promise.all(lost.map((one) => one.close()));
    await Promise.all(answers);
    for (const one of lost) await until("nothing is left running", () => one.processes().length === 0);
  });
});

describe.each(mainKinds())("$name", (kind) => {
  test("P5: who is killed while it puts things right does not go on showing a heartbeat", async () => {
    const bench = new Bench(kind);
    await bench.open();
    const pid = await bench.loopPid();
    const sign = bench.at("sign");
    bench.talk.setLoss(`${callOf("touch", [bytesOf(sign)])}sleep 1000\n` as ReturnType<typeof callOf>);
    const beat = (): string => readFileSync(bench.home("locks", `${bench.generation}.beat`), "latin1");
    // The watchdog that was started anew has to be there to be told: one that is not would do it all again.
    await sleep(500);
    bench.channel.input.end();
    await until("it puts things right", () => beat().startsWith("lost "));
    process.kill(pid, "SIGKILL");
    await until("the heartbeat stands still", async () => {
      const before = beat();
      await sleep(2500);
      return beat() === before;
    });
    for (const left of bench.processes()) process.kill(left, "SIGKILL");
    await bench.close();
  });
});
