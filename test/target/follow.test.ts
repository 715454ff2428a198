import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LogSource } from "../../src/config/resolved.ts";
import { follow, where } from "../../src/host/hands.ts";
import { bytesOf, type ByteString } from "../../src/host/bytes.ts";
import { callOf } from "../../src/host/quote.ts";
import { runCommand } from "../hosts/command.ts";
import { until } from "../hosts/until.ts";
import { Bench } from "./bench.ts";
import { muted } from "./channels.ts";
import { everyShell, mainKinds, pathWith, scratch, type Kind } from "./kinds.ts";

/** What was heard of a request that follows: output of each log by its index, and what was told. */
class Heard {
  readonly output: string[] = [];
  readonly told: string[] = [];
  readonly ended: Promise<string>;
  readonly #stop = new AbortController();
  #sending = 0;

  constructor(bench: Bench, lines: number, logs: readonly LogSource[], onward = true) {
    const onLine = (line: string): void => {
      const [word, index] = line.split(" ");
      if (word === "log") this.#sending = Number(index);
      else if (word !== "following") this.told.push(line);
    };
    const onOutput = (chunk: Buffer): void =>
      void (this.output[this.#sending] = (this.output[this.#sending] ?? "") + chunk.toString("latin1"));
    const asked = bench.ask(follow(lines, onward, logs), { onLine, onOutput, endless: true, signal: this.#stop.signal });
    this.ended = asked.then(
      (kept) => `done ${kept.length}`,
      (error: { kind?: string; message?: string }) => error.kind ?? error.message ?? "",
    );
  }

  async until(text: string, index = 0): Promise<void> {
    await until(`${JSON.stringify(text)} was heard`, () => this.output[index] === text).catch((error: unknown) => {
      throw new Error(`${String(error)} Heard: ${JSON.stringify(this.output)} ${JSON.stringify(this.told)}`);
    });
  }

  async stop(): Promise<string> {
    this.#stop.abort();
    return this.ended;
  }
}

const file = (path: string): LogSource => ({ kind: "file", path });

/** As the fleet does it: without lock, with spools outside the app root. */
function handsOn(kind: Kind, options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
  const bench = new Bench(kind, options);
  const names = ["current", "releases", "shared", bench.session, "", String(bench.lease)];
  bench.talk.setState(`${callOf("slh_at", [bench.root, ...names].map(bytesOf))}slh_hands\n` as ByteString);
  return bench;
}

let number = 0;
function newLog(text = ""): string {
  const path = join(scratch, `logs of ${number++}`, "it's a $log.txt");
  mkdirSync(dirname(path));
  if (text !== "") writeFileSync(path, text);
  return path;
}

function spoolsOf(bench: Bench): string[] {
  return readdirSync("/tmp").filter((name) => name.includes(bench.session));
}

async function processesOf(mark: string): Promise<string[]> {
  const { stdout } = await runCommand(["ps", "-eo", "pid=,args="]);
  return stdout.split("\n").filter((line) => line.includes(mark) && !line.includes("ps -eo"));
}

describe.each(everyShell())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = handsOn(kind)));
  afterAll(async () => {
    await bench.close();
    expect(spoolsOf(bench)).toEqual([]);
  });

  test("the last lines, then whatever comes, byte for byte", async () => {
    const log = newLog("one\ntwo\nthree\n");
    const heard = new Heard(bench, 2, [file(log)]);
    await heard.until("two\nthree\n");
    appendFileSync(log, Buffer.from("four\0\xff half", "latin1"));
    await heard.until("two\nthree\nfour\0\xff half");
    expect(await heard.stop()).toBe("cancelled");
    expect(heard.told).toEqual([]);
  });

  test("none of the last lines where none are wanted, and only them where it is not followed", async () => {
    const log = newLog("one\ntwo\n");
    const heard = new Heard(bench, 0, [file(log)]);
    setTimeout(() => appendFileSync(log, "three\n"), 700);
    await heard.until("three\n");
    await heard.stop();
    const once = new Heard(bench, 1, [file(log)], false);
    expect(await once.ended).toBe("done 0");
    expect(once.output).toEqual(["three\n"]);
  });

  test("a log that is rotated loses no line, also what is written into the old one later", async () => {
    const log = newLog("one\n");
    const heard = new Heard(bench, 10, [file(log)]);
    await heard.until("one\n");
    appendFileSync(log, "two\n");
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, "late\n");
    await heard.until("one\ntwo\nlate\n");
    writeFileSync(log, "new\n");
    await heard.until("one\ntwo\nlate\nnew\n");
    truncateSync(log);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    appendFileSync(log, "cut\n");
    await heard.until("one\ntwo\nlate\nnew\ncut\n");
    await heard.stop();
  });

  test("what is not there is told and waited for, what is no file is told, and the others go on", async () => {
    const [missing, directory, log] = [newLog(), dirname(newLog()), newLog("here\n")];
    const heard = new Heard(bench, 10, [file(missing), file(directory), file(log)]);
    await heard.until("here\n", 2);
    expect(heard.told).toEqual(["log-missing 0", "log-refused 1 It is not a file"]);
    writeFileSync(missing, "at last\n");
    await heard.until("at last\n", 0);
    expect(heard.told.slice(2)).toEqual(["log-found 0"]);
    appendFileSync(log, "and on\n");
    await heard.until("here\nand on\n", 2);
    await heard.stop();
  });

  test("a stop leaves nothing running, and the conversation usable", async () => {
    const log = newLog("x\n");
    const heard = new Heard(bench, 10, [file(log)]);
    await heard.until("x\n");
    expect(await heard.stop()).toBe("cancelled");
    expect(await bench.ask(where(""))).toContain("exists yes");
  });

  test("a flood arrives whole", async () => {
    const log = newLog("begin\n");
    const heard = new Heard(bench, 10, [file(log)]);
    await heard.until("begin\n");
    const flood = Array.from({ length: 60_000 }, (_, index) => `line ${index} of many\n`).join("");
    appendFileSync(log, flood);
    await until("all of it", () => heard.output[0]?.length === flood.length + "begin\n".length);
    expect(heard.output[0] === `begin\n${flood}`).toBe(true);
    await heard.stop();
  });
});

describe.each(mainKinds())("$name: the controller is gone", (kind) => {
  test.each(["end", "silence"])("P5: and by its %s nothing is left running or lying about", async (how) => {
    const wire = muted();
    const bench = handsOn(kind, { lease: 2, wrap: wire.wrap });
    const log = newLog("x\n");
    const heard = new Heard(bench, 10, [file(log)]);
    await heard.until("x\n");
    expect(spoolsOf(bench)).toHaveLength(1);
    if (how === "end") bench.channel.kill();
    else wire.mute();
    await until("all has ended", async () => (await processesOf(bench.session)).length === 0 && spoolsOf(bench).length === 0);
    await bench.close();
  });
});

/** Like journalctl in what is asked of it: entries of a unit behind a cursor, or the last ones, and the cursor of the last. */
const JOURNALCTL = `#!/bin/sh
after=0 last= quiet=
while [ $# -gt 0 ]; do
  case $1 in -u) unit=$2; shift ;; -n) last=$2; shift ;; --after-cursor=*) after=\${1#*=} ;; --user) unit_of=user ;; -q) quiet=yes ;; esac
  shift
done
file=$JOURNALS/$unit\${unit_of:+.user}
[ -f "$file" ] || { echo "No journal was opened" >&2; exit 1; }
if [ ! -s "$file" ]; then
  [ -z "$quiet" ] || exit 1
  case $unit in foreign) echo "Hint: You are currently not seeing messages from other users and the system." >&2 ;; esac
  echo "-- No entries --"
  exit
fi
if [ -n "$last" ]; then tail -n "$last" "$file"; else tail -n +$((after + 1)) "$file"; fi
all=$(wc -l <"$file")
[ "$all" -eq "$after" ] || echo "-- cursor: $((all + 0))"
`;

describe.each(mainKinds())("$name: a unit of systemd", (kind) => {
  test("its last entries, then each that comes, once", async () => {
    const journals = join(scratch, `journals-${number++}`);
    mkdirSync(journals);
    const programs = pathWith(`journalctl-${number++}`, []);
    writeFileSync(join(programs, "journalctl"), JOURNALCTL.replace("$JOURNALS", journals), { mode: 0o755 });
    const bench = handsOn({ ...kind, path: `${programs}:${kind.path}` });
    writeFileSync(join(journals, "web"), "a\nb\nc\n");
    writeFileSync(join(journals, "jobs.user"), "mine\n");
    for (const empty of ["silent", "foreign"]) writeFileSync(join(journals, empty), "");
    const logs = [
      { kind: "unit", unit: "web", user: false },
      { kind: "unit", unit: "jobs", user: true },
      { kind: "unit", unit: "gone", user: false },
      { kind: "unit", unit: "silent", user: false },
      { kind: "unit", unit: "foreign", user: false },
    ] as const;
    const heard = new Heard(bench, 2, logs);
    await heard.until("b\nc\n", 0);
    await heard.until("mine\n", 1);
    appendFileSync(join(journals, "web"), "d\n");
    await heard.until("b\nc\nd\n", 0);
    appendFileSync(join(journals, "web"), "e\nf\n");
    await heard.until("b\nc\nd\ne\nf\n", 0);
    expect(heard.output[1]).toBe("mine\n");
    expect(heard.told).toEqual([
      "log-refused 2 No journal was opened",
      "log-missing 3",
      expect.stringMatching(/^log-refused 4 User \S+ may not read the journal: .* systemd-journal/),
    ]);
    writeFileSync(join(journals, "silent"), "first\n");
    await heard.until("first\n", 3);
    expect(heard.told[3]).toBe("log-found 3");
    await heard.stop();
    await bench.close();
    expect(existsSync(join(bench.root, ".symlink-helper"))).toBe(false);
  });

  test.skipIf(!kind.path.split(":").some((folder) => existsSync(join(folder, "journalctl"))))(
    "one without entries, by the real journalctl, is missing",
    async () => {
      const bench = handsOn(kind);
      const heard = new Heard(bench, 2, [{ kind: "unit", unit: "no-such-unit-anywhere", user: false }]);
      await until("something is told", () => heard.told.length > 0);
      expect(heard.told).toEqual(["log-missing 0"]);
      await heard.stop();
      await bench.close();
    },
  );
});
