import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import { loss } from "../../src/host/loss.ts";
import * as requests from "../../src/host/requests.ts";
import { runCommand } from "../hosts/command.ts";
import { until } from "../hosts/until.ts";
import { Bench, commandLine, linkAt, unlessGone } from "./bench.ts";
import { muted } from "./channels.ts";
import { everyShell, mainKinds } from "./kinds.ts";
import { runTask } from "./run-task.ts";

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
    const ran = await runTask(bench, text);
    // yash counts a signal from 384.
    expect([ran.output.toString("latin1"), ran.code.replace("393", "137")]).toEqual([output, code]);
    expect(ran.failure?.kind ?? null).toBe(code === "0" ? null : "task-failed");
  });

  test("output arrives byte for byte", async () => {
    const all = "awk 'BEGIN { for (i = 1; i < 256; i++) printf \"%c\", i }' </dev/null; printf '\\000\\n\\377'";
    const ran = await runTask(bench, all, { env: { LC_ALL: "C" } });
    const bytes = [...Array.from({ length: 255 }, (_, index) => index + 1), 0, 10, 255];
    expect(ran.output.equals(Buffer.from(bytes))).toBe(true);
  });

  test("a large output arrives whole", async () => {
    const ran = await runTask(bench, "dd if=/dev/zero bs=65536 count=40 2>/dev/null | tr '\\000' x");
    expect(ran.output.equals(Buffer.alloc(65536 * 40, "x"))).toBe(true);
    expect(ran.told).toEqual([]);
  });

  test("a daemon neither holds its task up nor dies with it, and what it prints later goes nowhere", async () => {
    const ran = await runTask(bench, "(trap '' HUP; sleep 1; echo late; echo $$ >alive; exec sleep 1000) & echo started");
    expect([ran.output.toString(), ran.code]).toEqual(["started\n", "0"]);
    await until("the daemon goes on", () => existsSync(bench.at("alive")) && bench.running("sleep 1000").length === 1);
    for (const daemon of bench.running("sleep 1000")) process.kill(daemon, "SIGKILL");
  });

  test("a cancel ends the whole group, grandchildren and those who will not hear too", async () => {
    const idle = bench.processes().length;
    const stop = new AbortController();
    const text = "trap '' TERM\n(trap '' TERM; sleep 1000 & wait; sleep 1000) &\nsleep 1000";
    const ran = runTask(bench, text, { signal: stop.signal });
    await until("the task runs", () => bench.running("sleep 1000").length === 2);
    stop.abort();
    expect((await ran).failure).toMatchObject({ kind: "cancelled" });
    await until("nothing of it is left", () => bench.processes().length <= idle);
  });

  test("a task that takes too long is ended with its group", async () => {
    const ran = await runTask(bench, "echo begun; sleep 1000 & sleep 1000", { timeout: 1 });
    expect(ran.failure).toMatchObject({ kind: "task-timeout" });
    expect(ran.output.toString()).toMatch(/^begun\n/);
    expect(bench.running("sleep 1000")).toEqual([]);
  });

  test("signals mean to a task what they mean to everybody", async () => {
    const { output } = await runTask(bench, "grep -E '^Sig(Ign|Blk):' /proc/self/status");
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
    const ran = runTask(bench, text, { env: { TOKEN: secret }, signal: stop.signal });
    await until("it has its secret", () => existsSync(bench.at("asked")));
    const shown = bench.processes().map(commandLine);
    expect(shown.filter((line) => line.includes(secret) || line.includes(comment))).toEqual([]);
    expect((await runCommand(["grep", "-rlE", `${secret}|${comment}`, bench.root])).stdout).toBe("");
    stop.abort();
    await ran;
  });

  test("umask, directory and environment are as they were told", async () => {
    const env = { A: "with 'quotes' and \n lines", EMPTY: "" };
    const { output } = await runTask(bench, 'umask; pwd -P; printf "%s|" "$A" "$EMPTY" "${CDPATH-none}"', { env, umask: "0027" });
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
  const ran = runTask(bench, "sleep 1000");
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
      bench.talk.setLoss(loss.reload([tasks, [requests.task({ ...call, timeout: 60, run: "touch undrained" })]]));
      await bench.ask("slh_say heard\n");
      if (end === "silence") wire.mute();
      else void bench.close();
      await until(`it is over after ${end}`, () => existsSync(bench.at("reloaded")) && bench.processes().length === 0);
      expect([existsSync(bench.at("behind")), existsSync(bench.at("undrained"))]).toEqual([false, true]);
      expect(linkAt(bench.home("locks", `${bench.generation}.done`))).toBe("released");
    }
  },
);
