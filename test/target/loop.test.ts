import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { HostFailure } from "../../src/errors.ts";
import { Bench, failureOf } from "./bench.ts";
import { bytewise, haltingBeat, muted, piecesOf } from "./channels.ts";
import { everyKind, mainKinds } from "./kinds.ts";
import { callOf } from "../../src/host/quote.ts";
import { bytesOf } from "../../src/host/bytes.ts";

/** Two processes that outlive everybody, one of them a grandchild of the worker. */
const BUSY = "(sleep 1000 & wait) & sleep 1000\n";

async function begun(bench: Bench): Promise<void> {
  await until("the work has begun", () => bench.running("sleep 1000").length === 2);
}

async function nothingRuns(bench: Bench): Promise<void> {
  await until("nothing is left running", () => bench.processes().length === 0);
}

/** A stream that only a cancel ends. */
async function* endless(): AsyncIterable<Buffer> {
  for (;;) {
    yield Buffer.alloc(10_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What the host does when the controller is lost: it leaves a sign. */
function leaveSign(bench: Bench): string {
  const sign = bench.at("sign");
  bench.talk.setLoss(callOf("touch", [bytesOf(sign)]));
  return sign;
}

describe.each(everyKind())("$name", (kind) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench(kind);
    await bench.open();
  });
  afterAll(async () => {
    await bench.close();
    await nothingRuns(bench);
  });

  test("requests are answered one after the other, each with its own lines", async () => {
    for (const word of ["one", "two", "three"]) expect(await bench.call("slh_say", word)).toEqual([word]);
  });

  test("a stream arrives byte for byte, and not one byte more is taken", async () => {
    const content = randomBytes(700_001);
    await bench.ask('cat >"$slh_root/stream"\n', { stream: piecesOf(content, 60_000) });
    expect(readFileSync(bench.at("stream")).equals(content)).toBe(true);
    expect(await bench.call("slh_say", "still here")).toEqual(["still here"]);
  });

  test("when the sink of a stream dies, the frames in flight are dropped and the conversation goes on", async () => {
    const stream = piecesOf(randomBytes(3_000_000), 250_000);
    const failure = await failureOf(bench.ask("slh_take 10 >/dev/null\nslh_fail transfer 'had enough'\n", { stream }));
    expect(failure).toMatchObject({ kind: "transfer", message: "had enough" });
    await bench.ask('cat >"$slh_root/again"\n', { stream: piecesOf(Buffer.from("whole"), 2) });
    expect(readFileSync(bench.at("again"), "latin1")).toBe("whole");
  });

  test("a request without a stream has nothing to read", async () => {
    expect(await bench.ask('slh_say "$(cat)."\n')).toEqual(["."]);
  });

  test("a cancel ends the work with all it started, and the conversation goes on", async () => {
    const stop = new AbortController();
    const answer = failureOf(bench.ask(BUSY, { signal: stop.signal }));
    await begun(bench);
    stop.abort();
    expect(await answer).toMatchObject({ kind: "cancelled" });
    // What stays is the loop, its watchdog and the nap of that.
    await until("the work is gone", () => bench.processes().length <= 3);
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
  });

  test("P5: of watchdogs that take each other's place as soon as they are born, one is left", async () => {
    // A watchdog that nobody knows hears no ping, and ends the loop after the lease. A loop has no trap; the worker that plays it has one.
    const births = 'slh_n=0\nwhile [ "$slh_n" -lt 20 ]; do slh_n=$((slh_n + 1)); slh_watch; done\n';
    const end = 'while ! [ -e "$slh_root/counted" ]; do slh_nap 0.1; done\nkill -s "$slh_call_off" "$slh_watcher"\n';
    const answer = bench.ask(`trap - "$slh_end"\nslh_choose_end\nslh_watcher=\n${births}touch "$slh_root/born"\n${end}`);
    await until("all are born", () => existsSync(bench.at("born")));
    // Loop, minder and worker, a watchdog with its nap twice, and a nap of the worker.
    await until("one is left", () => bench.processes().length <= 8);
    writeFileSync(bench.at("counted"), "");
    await answer;
  });

  test("a cancel in the middle of much output costs nothing of the next", async () => {
    for (let turn = 1; turn <= 5; turn++) {
      const stop = new AbortController();
      const flood = 'slh_put "@$slh_token o 400000000"\ndd if=/dev/zero bs=1048576 count=400 2>/dev/null\n';
      const answer = failureOf(bench.ask(flood, { signal: stop.signal, onOutput: () => stop.abort() }));
      expect(await answer).toMatchObject({ kind: "cancelled" });
      let heard = "";
      await bench.ask('slh_put "@$slh_token o 5"\nprintf hello\n', { onOutput: (chunk) => void (heard += chunk.toString()) });
      expect(heard).toBe("hello");
    }
  });

  test("a cancel in the middle of a stream drops the rest of it", async () => {
    const stop = new AbortController();
    const answer = failureOf(
      bench.ask("slh_say started\nwhile :; do slh_take 100000 >/dev/null; sleep 0.1; done\n", {
        stream: piecesOf(randomBytes(20_000_000), 250_000),
        signal: stop.signal,
        onLine: () => stop.abort(),
      }),
    );
    expect(await answer).toMatchObject({ kind: "cancelled" });
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
  });

  test("what a cancel cuts off is cancelled, even where the sink complains before it is stopped; what failed before has failed", async () => {
    const stop = new AbortController();
    const sink = "trap '' \"$slh_end\"\nslh_say started\ncat >/dev/null\nslh_fail transfer 'half a file'\n";
    const cut = failureOf(bench.ask(sink, { stream: endless(), signal: stop.signal, onLine: () => stop.abort() }));
    expect(await cut).toMatchObject({ kind: "cancelled" });
    const late = new AbortController();
    const onLine = (line: string): void => void (line.startsWith("fail ") && late.abort());
    const own = failureOf(bench.ask("slh_fail transfer 'a bad disk'\n", { stream: endless(), signal: late.signal, onLine }));
    expect(await own).toMatchObject({ kind: "transfer", message: "a bad disk" });
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
  });

  test("a worker that is killed is a failed request and nothing more", async () => {
    const failure = await failureOf(bench.ask("kill -s KILL $$\n"));
    expect(failure).toMatchObject({ kind: "host", message: expect.stringMatching(/signal 9|137|393/) as string });
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
  });

  test("P5: end of input while work runs: the work is stopped and the host does what it was left", async () => {
    const lost = new Bench(kind);
    const sign = leaveSign(lost);
    const answer = failureOf(lost.ask(BUSY));
    await begun(lost);
    await lost.close();
    expect(existsSync(sign)).toBe(true);
    expect(await answer).toBeInstanceOf(HostFailure);
    await nothingRuns(lost);
  });

  test("P5: the loop is killed: the watchdog does what was left to do", async () => {
    const lost = new Bench(kind);
    const sign = leaveSign(lost);
    const pid = await lost.loopPid();
    const answer = failureOf(lost.ask(BUSY));
    await begun(lost);
    process.kill(pid, "SIGKILL");
    expect(await answer).toBeInstanceOf(HostFailure);
    await until("the sign is there", () => existsSync(sign));
    await nothingRuns(lost);
  });
});

describe.each(mainKinds())("$name", (kind) => {
  test("P5: silence: the watchdog ends the loop and does what was left to do", async () => {
    const wire = muted();
    const lost = new Bench(kind, { lease: 2, wrap: wire.wrap });
    const sign = leaveSign(lost);
    const answer = failureOf(lost.ask(BUSY));
    await begun(lost);
    wire.mute();
    await until("the sign is there", () => existsSync(sign));
    await nothingRuns(lost);
    expect(await answer).toBeInstanceOf(HostFailure);
  });

  test("P5: a silent controller is given up after the lease, and not before", async () => {
    const wire = muted();
    const lost = new Bench(kind, { lease: 2, wrap: wire.wrap });
    const sign = leaveSign(lost);
    await lost.open();
    const then = Date.now();
    // A ping ends the second for which the watchdog waits: it is not to be counted as one that has passed.
    await until("the watchdog was told of a ping while it waited", () => wire.lastSent() > then);
    wire.mute();
    await until("the sign is there", () => existsSync(sign));
    expect(statSync(sign).mtimeMs - wire.lastSent()).toBeGreaterThanOrEqual(2000);
    await nothingRuns(lost);
  });

  test("a host that lives, and whose work does not end, is given up", async () => {
    const bench = new Bench(kind, { lease: 2 });
    const failure = await failureOf(bench.ask("sleep 1000\n", { within: () => 1 }));
    expect(failure).toMatchObject({ kind: "hung", message: expect.stringContaining("did not end within 1 s") as string });
    expect(bench.talk.alive).toBe(false);
    await nothingRuns(bench);
  });

  test("a live controller keeps long work alive beyond the lease", async () => {
    const bench = new Bench(kind, { lease: 2 });
    const sign = leaveSign(bench);
    expect(await bench.ask("sleep 4\nslh_say done\n")).toEqual(["done"]);
    expect(existsSync(sign)).toBe(false);
    await bench.close();
  });

  test("who started it made it deaf to TERM: nothing ends before its time, and all that shall end does", async () => {
    const deaf = ["/bin/sh", "-c", "trap '' TERM; exec \"$@\"", "sh"];
    const bench = new Bench(kind, { lease: 2, through: deaf });
    // Each new watchdog takes the place of one.
    for (const turn of ["1", "2"]) expect(await bench.ask(`sleep 3\nslh_say ${turn}\n`)).toEqual([turn]);
    const stop = new AbortController();
    const answer = failureOf(bench.ask(BUSY, { signal: stop.signal }));
    await begun(bench);
    stop.abort();
    expect(await answer).toMatchObject({ kind: "cancelled" });
    expect(await bench.call("slh_say", "here")).toEqual(["here"]);
    await bench.close();
    await nothingRuns(bench);
  });

  test("frames that arrive byte by byte are frames all the same", async () => {
    const bench = new Bench(kind, { wrap: bytewise });
    await bench.open();
    const content = randomBytes(300);
    await bench.ask('cat >"$slh_root/stream"\n', { stream: piecesOf(content, 70) });
    expect(readFileSync(bench.at("stream")).equals(content)).toBe(true);
    await bench.close();
  });

  test("P5: a process that ends while a header is half read costs nothing of it", async () => {
    const bench = new Bench(kind, { lease: 3, wrap: haltingBeat(450) });
    await bench.open();
    for (let turn = 1; turn <= 4; turn++) expect(await bench.ask(`sleep 0.7\nslh_say ${turn}\n`)).toEqual([`${turn}`]);
    await bench.close();
  });
});
