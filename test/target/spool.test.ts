import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readProgram } from "../../src/host/program.ts";
import { until } from "../hosts/until.ts";
import { Bench } from "./bench.ts";
import { mainKinds, scratch } from "./kinds.ts";
import { runTask } from "./run-task.ts";

describe.each(mainKinds())("too much, $name", (kind) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench(kind, { program: readProgram().replace("slh_output_cap=16777216", "slh_output_cap=300000") });
    await bench.open();
  });
  afterAll(async () => bench.close());

  test.each([
    ["at once", "head -c 900000 /dev/zero | tr '\\000' x"],
    ["for a long time", "i=0; while [ $i -lt 40 ]; do head -c 20000 /dev/zero | tr '\\000' x; i=$((i + 1)); sleep 0.02; done"],
  ])("%s: the first part is sent, the rest is dropped, the task goes on", async (_, text) => {
    const ran = await runTask(bench, `${text}; touch done`);
    expect(ran.output.equals(Buffer.alloc(300_000, "x"))).toBe(true);
    expect([ran.code, ran.told]).toEqual(["0", ["task cut 300000"]]);
    expect(existsSync(bench.at("done"))).toBe(true);
  });

  test("P3: of a flood nothing is shown that was not printed, and its last whole lines say why it failed", async () => {
    const ran = await runTask(bench, "seq 1 3000000; echo the reason; exit 3");
    const [head, tail] = [ran.output.subarray(0, 300_000), ran.output.subarray(300_000)].map((part) => part.toString("latin1"));
    const all = `${Array.from({ length: 3_000_000 }, (_, index) => index + 1).join("\n")}\nthe reason\n`;
    expect(all.startsWith(head ?? "")).toBe(true);
    expect(all.endsWith(`\n${tail}`)).toBe(true);
    expect([(tail ?? "").length > 3000, ran.code]).toEqual([true, "3"]);
  });

  test("P3: nor of a flood that comes while nobody reads, and its end is kept", async () => {
    bench.channel.output.pause();
    const ran = runTask(bench, "seq 1 30000; sleep 1.2; seq 30001 4000000; echo the reason; sleep 3; exit 3");
    await sleep(4000);
    bench.channel.output.resume();
    const { output, code } = await ran;
    const text = output.toString("latin1");
    expect([text.includes("\0"), text.endsWith("\n4000000\nthe reason\n"), code]).toEqual([false, true, "3"]);
  });

  test("P3: what is printed while the spool is being emptied is kept", async () => {
    const slow = join(scratch, `slow-${bench.session}`);
    mkdirSync(slow);
    writeFileSync(join(slow, "tail"), SLOW_TAIL.replaceAll("PATH_OF_ALL", kind.path), { mode: 0o755 });
    const program = readProgram().replace("slh_output_cap=16777216", "slh_output_cap=300000");
    const slowed = new Bench(kind, { program, through: [`PATH=${slow}:${kind.path}`] });
    onTestFinished(async () => slowed.close());
    await slowed.open();
    slowed.channel.output.pause();
    const ran = runTask(slowed, "seq 1 900000; until [ -e emptying ]; do sleep 0.02; done; echo the reason; sleep 1; exit 3");
    await until("the guard has begun to empty it", () => existsSync(slowed.at("emptying")));
    slowed.channel.output.resume();
    const { output, code } = await ran;
    expect([output.toString("latin1").endsWith("\n900000\nthe reason\n"), code]).toEqual([true, "3"]);
  });

  // The guard looks a hundred times a second here, so that it and the worker come upon the spool together; to it these are seconds.
  test("P3: whoever empties it, and however often, its end is kept and nothing is made up", { timeout: 60_000 }, async () => {
    const [before = "", guard = ""] = readProgram()
      .replace("slh_output_cap=16777216", "slh_output_cap=4000")
      .split("slh_guard_task() {");
    const program = `${before}slh_guard_task() {${guard.replace("sleep 1 &", "sleep 0.01 &")}`;
    const hurried = new Bench(kind, { program });
    onTestFinished(async () => hurried.close());
    await hurried.open();
    for (let round = 0; round < 12; round++) {
      const last = 30_000 + 9000 * round;
      const ran = await runTask(hurried, `seq 1 ${last}; echo the; echo reason; sleep 0.0${round % 5}; exit 3`, {
        timeout: 100_000,
      });
      const cut = Number(ran.told[0]?.split(" ")[2]);
      const [head, tail] = [ran.output.subarray(0, cut), ran.output.subarray(cut)].map((part) => part.toString("latin1"));
      const all = `${Array.from({ length: last }, (_, index) => index + 1).join("\n")}\nthe\nreason\n`;
      const [first, end] = [all.startsWith(head ?? ""), (tail ?? "").length > 12 && all.endsWith(`\n${tail}`)];
      expect([ran.told, first, end, ran.code], `round ${round}`).toEqual([[`task cut ${cut}`], true, true, "3"]);
    }
  });

  test("P5: a task that is made to wait goes on where another owner has cleared its spool away", async () => {
    const program = readProgram().replace("slh_output_cap=16777216", "slh_output_cap=300000");
    const robbed = new Bench(kind, { program });
    onTestFinished(async () => robbed.close());
    await robbed.open();
    robbed.channel.output.pause();
    const ran = runTask(robbed, "seq 1 400000; touch printed; sleep 2; touch resumed; sleep 30");
    await until("it has printed much", () => existsSync(robbed.at("printed")));
    await until("it waits", () => robbed.processes().some(isStopped));
    rmSync(robbed.home("run", robbed.session), { recursive: true });
    await until("it goes on", () => existsSync(robbed.at("resumed")));
    robbed.channel.output.resume();
    robbed.channel.kill();
    expect((await ran).failure).not.toBeNull();
  });

  test("exactly as much as the cap is not too much", async () => {
    const ran = await runTask(bench, "head -c 300000 /dev/zero | tr '\\000' x");
    expect([ran.output.length, ran.told]).toEqual([300_000, []]);
  });

  test("a spool that is emptied under way spoils nothing", async () => {
    const text =
      "i=0; while [ $i -lt 30 ]; do head -c 9999 /dev/zero; echo >/dev/stderr; i=$((i + 1)); done; sleep 0.3; echo end";
    const ran = await runTask(bench, text);
    expect([ran.code, ran.failure]).toEqual(["0", null]);
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
  });
});

// So much that no pipe holds it, and that a second of it is not yet a flood.
describe.each(mainKinds())("while nobody reads, $name", (kind) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench(kind, { program: readProgram().replace("slh_output_cap=16777216", "slh_output_cap=1500000") });
    await bench.open();
  });
  afterAll(async () => bench.close());

  test("what nobody reads does not fill the disk: the task waits, and goes on when it is read", async () => {
    bench.channel.output.pause();
    const ran = runTask(
      bench,
      "i=0; while [ $i -lt 90 ]; do head -c 500000 /dev/zero; i=$((i + 1)); sleep 0.1; done; touch resumed",
    );
    const sizes: number[] = [];
    await until("it is stopped", async () => {
      await sleep(300);
      sizes.push(sizeOf(bench.home("run", bench.session, "output")));
      return sizes.length > 4 && (sizes.at(-1) ?? 0) > 6_000_000 && new Set(sizes.slice(-4)).size === 1;
    });
    expect(sizes.at(-1)).toBeLessThan(40_000_000);
    expect(existsSync(bench.at("resumed"))).toBe(false);
    bench.channel.output.resume();
    expect((await ran).code).toBe("0");
    expect(existsSync(bench.at("resumed"))).toBe(true);
  });

  test("who waits so can be cancelled", async () => {
    const stop = new AbortController();
    bench.channel.output.pause();
    const ran = runTask(bench, "while :; do head -c 1000000 /dev/zero; sleep 0.05; done", { signal: stop.signal });
    await until("it has printed much", () => sizeOf(bench.home("run", bench.session, "output")) > 6_000_000);
    stop.abort();
    bench.channel.output.resume();
    expect((await ran).failure).toMatchObject({ kind: "cancelled" });
  });
});

/** Takes its time after the end of a file was read, and says so. */
const SLOW_TAIL = `#!/bin/sh
PATH='PATH_OF_ALL'
tail "$@"
case $#:$2 in 3:4096) true >"\${3%/.symlink-helper/*}/emptying"; sleep 0.5 ;; esac
`;

function isStopped(pid: number): boolean {
  try {
    return / T /.test(readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\)/, ""));
  } catch {
    return false;
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

test("the spool is for nobody else to read, and goes with the task", async () => {
  const bench = new Bench();
  await bench.open();
  const { output } = await runTask(bench, "ls -ld .symlink-helper/run .symlink-helper/run/*/output | cut -c 1-10");
  expect(output.toString()).toBe("drwx------\n-rw-------\n");
  expect(readdirSync(bench.home("run", bench.session))).not.toContain("output");
  await bench.close();
});
