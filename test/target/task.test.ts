import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { HostFailure } from "../../src/errors.ts";
import { readProgram } from "../../src/host/program.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import { loss } from "../../src/host/loss.ts";
import * as requests from "../../src/host/requests.ts";
import { runCommand } from "../hosts/command.ts";
import { until } from "../hosts/until.ts";
import { Bench, commandLine, linkAt, unlessGone } from "./bench.ts";
import { muted } from "./channels.ts";
import { everyShell, mainKinds, scratch } from "./kinds.ts";

interface Ran {
  readonly output: Buffer;
  readonly code: string;
  /** Lines that are neither the beginning nor the end. */
  readonly told: readonly string[];
  readonly failure: HostFailure | null;
}

interface Wishes {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly umask?: string;
}

/** Runs one task in the app root. */
async function run(bench: Bench, text: string, wishes: Wishes = {}): Promise<Ran> {
  const chunks: Buffer[] = [];
  const lines: string[] = [];
  const { env = {}, timeout = 60, umask = "0022", signal } = wishes;
  const call = { index: 0, timeout, as: null, directory: bench.root, environment: requests.exports(env), umask, run: text };
  const hear = {
    onOutput: (chunk: Buffer) => void chunks.push(chunk),
    onLine: (line: string) => void lines.push(line),
    ...(signal === undefined ? {} : { signal }),
  };
  const failure = await bench.ask(requests.task(call), hear).then(
    () => null,
    (error: HostFailure) => error,
  );
  const end = lines.findLast((line) => line.startsWith("task end 0 ")) ?? "";
  const told = lines.filter((line) => !/^(task (begin|end)|fail) /.test(line));
  return { output: Buffer.concat(chunks), code: end.slice("task end 0 ".length), told, failure };
}

/** A task, what it prints, and the code it ends with. */
const TASKS: readonly [string, string, string, string][] = [
  ["prints a line", "echo hello", "hello\n", "0"],
  ["prints nothing", "true", "", "0"],
  ["is empty", "", "", "0"],
  ["prints without a newline at the end", "printf abc", "abc", "0"],
  ["prints to both streams", "echo out; echo err >&2", "out\nerr\n", "0"],
  ["fails", "echo before; exit 7", "before\n", "7"],
  ["fails in the middle", "false; echo not reached", "", "1"],
  ["calls what is not there", "no-such-command-here 2>/dev/null", "", "127"],
  ["reads what is not there", "cat; echo read", "read\n", "0"],
  ["is killed", "kill -s KILL $$", "", "137"],
  ["has several lines", "a=1\nif true; then\n  echo $a\nfi", "1\n", "0"],
  ["ends in a comment", "echo a # and why", "a\n", "0"],
  [
    "prints what looks like ours",
    "echo '@token a fail host no'; echo '@token e 1 0'",
    "@token a fail host no\n@token e 1 0\n",
    "0",
  ],
];

const [INT, QUIT] = [2, 3];
const HUP_USR_PIPE_TERM = [1, 10, 12, 13, 15];

describe.each(everyShell())("$name", (kind) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench(kind);
    await bench.open();
  });
  afterAll(async () => bench.close());

  test.each(TASKS)("a task that %s", async (_, text, output, code) => {
    const ran = await run(bench, text);
    // yash counts a signal from 384.
    expect([ran.output.toString("latin1"), ran.code.replace("393", "137")]).toEqual([output, code]);
    expect(ran.failure?.kind ?? null).toBe(code === "0" ? null : "task-failed");
  });

  test("output arrives byte for byte", async () => {
    const all = "awk 'BEGIN { for (i = 1; i < 256; i++) printf \"%c\", i }' </dev/null; printf '\\000\\n\\377'";
    const ran = await run(bench, all, { env: { LC_ALL: "C" } });
    const bytes = [...Array.from({ length: 255 }, (_, index) => index + 1), 0, 10, 255];
    expect(ran.output.equals(Buffer.from(bytes))).toBe(true);
  });

  test("a large output arrives whole", async () => {
    const ran = await run(bench, "dd if=/dev/zero bs=65536 count=40 2>/dev/null | tr '\\000' x");
    expect(ran.output.equals(Buffer.alloc(65536 * 40, "x"))).toBe(true);
    expect(ran.told).toEqual([]);
  });

  test("a daemon neither holds its task up nor dies with it, and what it prints later goes nowhere", async () => {
    const ran = await run(bench, "(trap '' HUP; sleep 1; echo late; echo $$ >alive; exec sleep 1000) & echo started");
    expect([ran.output.toString(), ran.code]).toEqual(["started\n", "0"]);
    await until("the daemon goes on", () => existsSync(bench.at("alive")) && bench.running("sleep 1000").length === 1);
    for (const daemon of bench.running("sleep 1000")) process.kill(daemon, "SIGKILL");
  });

  test("a cancel ends the whole group, grandchildren and those who will not hear too", async () => {
    const idle = bench.processes().length;
    const stop = new AbortController();
    const text = "trap '' TERM\n(trap '' TERM; sleep 1000 & wait; sleep 1000) &\nsleep 1000";
    const ran = run(bench, text, { signal: stop.signal });
    await until("the task runs", () => bench.running("sleep 1000").length === 2);
    stop.abort();
    expect((await ran).failure).toMatchObject({ kind: "cancelled" });
    await until("nothing of it is left", () => bench.processes().length <= idle);
  });

  test("a task that takes too long is ended with its group", async () => {
    const ran = await run(bench, "echo begun; sleep 1000 & sleep 1000", { timeout: 1 });
    expect(ran.failure).toMatchObject({ kind: "task-timeout" });
    expect(ran.output.toString()).toMatch(/^begun\n/);
    expect(bench.running("sleep 1000")).toEqual([]);
  });

  test("signals mean to a task what they mean to everybody", async () => {
    const { output } = await run(bench, "grep -E '^Sig(Ign|Blk):' /proc/self/status");
    const masks = [...output.toString().matchAll(/^Sig(?:Ign|Blk):\t(\w+)$/gm)].map(([, mask = "f"]) => BigInt(`0x${mask}`));
    // Where no program can undo it, a task keeps what every shell does to what stands before `&`.
    const signals = kind.name.includes("BusyBox") ? HUP_USR_PIPE_TERM : [...HUP_USR_PIPE_TERM, INT, QUIT];
    const kept = signals.filter((signal) => masks.some((mask) => ((mask >> BigInt(signal - 1)) & 1n) === 1n));
    expect([masks.length, kept]).toEqual([2, []]);
  });

  test("P10: environment, secrets and text of a task are in no list of processes and in no file", async () => {
    const [secret, comment] = ["s3cr3t-value", "text-of-the-task"];
    const stop = new AbortController();
    const text = `: ${comment}; [ "$TOKEN" = ${secret.replace("-", "'-'")} ] && touch asked && sleep 1000`;
    const ran = run(bench, text, { env: { TOKEN: secret }, signal: stop.signal });
    await until("it has its secret", () => existsSync(bench.at("asked")));
    const shown = bench.processes().map(commandLine);
    expect(shown.filter((line) => line.includes(secret) || line.includes(comment))).toEqual([]);
    expect((await runCommand(["grep", "-rlE", `${secret}|${comment}`, bench.root])).stdout).toBe("");
    stop.abort();
    await ran;
  });

  test("umask, directory and environment are as they were told", async () => {
    const env = { A: "with 'quotes' and \n lines", EMPTY: "" };
    const { output } = await run(bench, 'umask; pwd -P; printf "%s|" "$A" "$EMPTY" "${CDPATH-none}"', { env, umask: "0027" });
    expect(output.toString().replace(/^0+/, "")).toBe(`27\n${bench.root}\n${env.A}||none|`);
  });
});

/** The parent of a process, by number; undefined if it has ended, as the naps of ours do at any moment. */
function parentOf(pid: number): number | undefined {
  const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  return stat === "" ? undefined : Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
}

/** The parent and its parent. */
function ancestorsOf(pid: number): (number | undefined)[] {
  const parent = parentOf(pid);
  return [parent, parent === undefined ? undefined : parentOf(parent)];
}

test.each(mainKinds())("P5: where all else of us is killed, the task ends with its guard, $name", async (kind) => {
  const bench = new Bench(kind);
  await bench.open();
  const ran = run(bench, "sleep 1000");
  await until("the task runs", () => bench.running("sleep 1000").length === 1);
  const remembered = (): number => Number.parseInt(readFileSync(bench.home("run", bench.session, "worker"), "latin1"), 10);
  const worker = await until("the worker is known", () =>
    existsSync(bench.home("run", bench.session, "worker")) ? remembered() || undefined : undefined,
  );
  const others = bench.processes().filter((pid) => !ancestorsOf(pid).includes(worker));
  for (const pid of others) unlessGone(() => String(process.kill(pid, "SIGKILL")));
  expect(others).toContain(worker);
  expect((await ran).failure).toMatchObject({ kind: "connection-lost" });
  await until("nothing is left", () => bench.processes().length === 0);
});

test.each(mainKinds())(
  "P5: a task that is left for the loss of the controller runs to its end, or its time limit, $name",
  async (kind) => {
    for (const end of ["silence", "end"] as const) {
      const wire = muted();
      const bench = new Bench(kind, { lease: 2, ...(end === "silence" ? { wrap: wire.wrap } : {}) });
      await bench.open();
      const call = { index: 0, as: null, directory: bench.root, environment: bytesOf(""), umask: "0022" };
      const tasks = [
        requests.task({ ...call, timeout: 60, run: "sleep 3; touch reloaded" }),
        requests.task({ ...call, timeout: 2, run: "sleep 1000" }),
        requests.task({ ...call, timeout: 60, run: "touch behind" }),
      ];
      bench.talk.setLoss(loss.reload(tasks));
      await bench.ask("slh_say heard\n");
      if (end === "silence") wire.mute();
      else void bench.close();
      await until(`it is over after ${end}`, () => existsSync(bench.at("reloaded")) && bench.processes().length === 0);
      expect([existsSync(bench.at("behind")), linkAt(bench.home("locks", `${bench.generation}.done`))]).toEqual([
        false,
        "released",
      ]);
    }
  },
);

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
    const ran = await run(bench, `${text}; touch done`);
    expect(ran.output.equals(Buffer.alloc(300_000, "x"))).toBe(true);
    expect([ran.code, ran.told]).toEqual(["0", ["task cut 300000"]]);
    expect(existsSync(bench.at("done"))).toBe(true);
  });

  test("P3: of a flood nothing is shown that was not printed, and its last whole lines say why it failed", async () => {
    const ran = await run(bench, "seq 1 3000000; echo the reason; exit 3");
    const [head, tail] = [ran.output.subarray(0, 300_000), ran.output.subarray(300_000)].map((part) => part.toString("latin1"));
    const all = `${Array.from({ length: 3_000_000 }, (_, index) => index + 1).join("\n")}\nthe reason\n`;
    expect(all.startsWith(head ?? "")).toBe(true);
    expect(all.endsWith(`\n${tail}`)).toBe(true);
    expect([(tail ?? "").length > 3000, ran.code]).toEqual([true, "3"]);
  });

  test("P3: nor of a flood that comes while nobody reads, and its end is kept", async () => {
    bench.channel.output.pause();
    const ran = run(bench, "seq 1 30000; sleep 1.2; seq 30001 4000000; echo the reason; sleep 3; exit 3");
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
    const ran = run(slowed, "seq 1 900000; until [ -e emptying ]; do sleep 0.02; done; echo the reason; sleep 1; exit 3");
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
      const ran = await run(hurried, `seq 1 ${last}; echo the; echo reason; sleep 0.0${round % 5}; exit 3`, { timeout: 100_000 });
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
    const ran = run(robbed, "seq 1 400000; touch printed; sleep 2; touch resumed; sleep 30");
    await until("it has printed much", () => existsSync(robbed.at("printed")));
    await until("it waits", () => robbed.processes().some(isStopped));
    rmSync(robbed.home("run", robbed.session), { recursive: true });
    await until("it goes on", () => existsSync(robbed.at("resumed")));
    robbed.channel.output.resume();
    robbed.channel.kill();
    expect((await ran).failure).not.toBeNull();
  });

  test("exactly as much as the cap is not too much", async () => {
    const ran = await run(bench, "head -c 300000 /dev/zero | tr '\\000' x");
    expect([ran.output.length, ran.told]).toEqual([300_000, []]);
  });

  test("a spool that is emptied under way spoils nothing", async () => {
    const text =
      "i=0; while [ $i -lt 30 ]; do head -c 9999 /dev/zero; echo >/dev/stderr; i=$((i + 1)); done; sleep 0.3; echo end";
    const ran = await run(bench, text);
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
    const ran = run(bench, "i=0; while [ $i -lt 90 ]; do head -c 500000 /dev/zero; i=$((i + 1)); sleep 0.1; done; touch resumed");
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
    const ran = run(bench, "while :; do head -c 1000000 /dev/zero; sleep 0.05; done", { signal: stop.signal });
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
  const { output } = await run(bench, "ls -ld .symlink-helper/run .symlink-helper/run/*/output | cut -c 1-10");
  expect(output.toString()).toBe("drwx------\n-rw-------\n");
  expect(readdirSync(bench.home("run", bench.session))).not.toContain("output");
  await bench.close();
});
