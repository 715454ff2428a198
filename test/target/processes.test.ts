import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import { parseProcesses, type SeenProcesses } from "../../src/plan/processes.ts";
import { findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { Bench, linkAt, newRoot, put, unlessGone } from "./bench.ts";
import { mainKinds, scratch } from "./kinds.ts";

const root = process.getuid?.() === 0;
const SLEEP = findProgram("sleep") ?? "sleep";
const PERL = findProgram("perl");

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
});

/** Starts a program that does nothing for long. Returns its number once it runs that program. */
async function start(program: string, args: readonly string[], options: Parameters<typeof spawn>[2] = {}): Promise<number> {
  const child = spawn(program, args, { stdio: "ignore", ...options });
  started.push(child);
  await once(child, "spawn");
  const { pid = 0 } = child;
  await until("it sleeps", () => /sleep|perl/.test(linkAt(`/proc/${pid}/exe`) ?? ""));
  return pid;
}

const sleepIn = async (cwd: string): Promise<number> => start(SLEEP, ["1000"], { cwd });

async function look(bench: Bench): Promise<SeenProcesses> {
  const seen = parseProcesses((await bench.ask(requests.processes)).map(bytesOf));
  if (seen === null) throw new Error("It saw nothing at all.");
  return seen;
}

const told = ({ processes }: SeenProcesses): string[] => processes.map(({ pid, release, kind }) => `${pid} ${release} ${kind}`);

/** A root with releases a, b and c, of which c is live. */
async function site(bench: Bench, at = newRoot()): Promise<void> {
  bench.moveTo(at);
  await bench.open();
  for (const id of ["a", "b", "c"]) put(join(bench.release(id), "deep/er/file"), "");
  bench.pointTo("c");
}

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test("all that runs from releases that are not live is found in one look, whichever way it does", async () => {
    await site(bench, join(newRoot(), "café o'x & <y> -> z"));
    copyFileSync(SLEEP, join(bench.at("releases/b"), "sleep"));
    const inA = await sleepIn(bench.at("releases/a/deep/er"));
    const open = await start("/bin/sh", ["-c", `exec ${SLEEP} 1000 3<"$1"`, "sh", bench.at("releases/a/file")]);
    const ofB = await start(bench.at("releases/b/sleep"), ["1000"]);
    await sleepIn(bench.at("releases/c"));
    await sleepIn(bench.root);
    const seen = await look(bench);
    expect(told(seen)).toEqual([`${inA} a process`, `${open} a process`, `${ofB} b process`].toSorted(byNumber));
    expect(seen.processes.every(({ name }) => name.startsWith("sleep"))).toBe(true);
  });

  test("what runs from a release that was renamed or deleted is found too", async () => {
    await site(bench);
    const [inA, inB] = [await sleepIn(bench.at("releases/a")), await sleepIn(bench.at("releases/b/deep"))];
    renameSync(bench.at("releases/a"), bench.home("trash/a.g000000001.42"));
    rmSync(bench.at("releases/b"), { recursive: true });
    expect(told(await look(bench))).toEqual([`${inA} a process`, `${inB} b process`].toSorted(byNumber));
  });

  test.skipIf(PERL === undefined)("a name that pretends to be something else is only a name", async () => {
    await site(bench);
    const evil = "x) R 1\n9 $(id) *";
    const code = `$0 = shift; open(F, ">", "/proc/self/comm"); syswrite(F, $0); close F; sleep 1000`;
    const pid = await start(PERL ?? "", ["-e", code, evil], { cwd: bench.at("releases/a") });
    await until("it has its name", () => unlessGone(() => readComm(pid)).startsWith("x)"));
    const { processes } = await look(bench);
    expect(processes).toEqual([{ pid, name: expect.stringMatching(/^x\) R 1 \(perl/), release: "a", kind: "process" }]);
  });

  test("links that pretend to be lines of a list are only links", async () => {
    await site(bench);
    const odd = join(bench.at("releases/a"), "\n/proc/1/cwd -> ", bench.at("releases/b"));
    mkdirSync(odd, { recursive: true });
    const pid = await sleepIn(odd);
    expect(told(await look(bench))).toEqual([`${pid} a process`]);
  });

  test("what ends in time is waited for, and no longer", async () => {
    await site(bench);
    const pid = await sleepIn(bench.at("releases/a"));
    const lines: string[] = [];
    const asked = bench.ask(requests.outlast("c", 600), {
      onLine: (line) => {
        lines.push(line);
        if (line === "waiting") process.kill(pid, "SIGKILL");
      },
    });
    expect(parseProcesses((await asked).map(bytesOf))?.processes).toEqual([]);
    expect(lines.slice(0, 3)).toEqual([
      "looked",
      expect.stringMatching(new RegExp(`^process ${pid} a process sleep`)),
      "waiting",
    ]);
  });

  test("what does not end is told when the time is over", async () => {
    await site(bench);
    const pid = await sleepIn(bench.at("releases/a"));
    const lines = await bench.ask(requests.outlast("c", 1));
    expect(lines.filter((line) => line === "waiting")).toHaveLength(1);
    expect(told(parseProcesses(lines.map(bytesOf)) as SeenProcesses)).toEqual([`${pid} a process`]);
  });

  test("where nothing is left there is no waiting", async () => {
    await site(bench);
    await sleepIn(bench.at("releases/c"));
    expect(await bench.ask(requests.outlast("c", 600))).toEqual(["looked"]);
  });

  test("our own conversation does not count, wherever it stands", async () => {
    await site(bench);
    await bench.ask("true\n");
    const lines = await bench.ask(`cd "$slh_releases/a"\nsleep 1000 &\n${requests.processes}kill $!\n`);
    expect(told(parseProcesses(lines.map(bytesOf)) as SeenProcesses)).toEqual([]);
  });

  test.skipIf(findProgram("script") === undefined)("who sits at a prompt in a release is told apart", async () => {
    await site(bench);
    const shell = spawn("script", ["-qfc", "exec bash -i", "/dev/null"], {
      cwd: bench.at("releases/a"),
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, SHELL: "/bin/sh", HOME: "/nonexistent" },
    });
    started.push(shell);
    await until("its shell is there", async () => (await look(bench)).processes.some(({ name }) => name.startsWith("bash")));
    const { processes } = await look(bench);
    shell.stdin?.write("exit\n");
    expect(processes.filter(({ name }) => name.startsWith("bash")).map(({ kind }) => kind)).toEqual(["shell"]);
  });

  test("many are counted, and some named", async () => {
    await site(bench);
    const crowd = spawn("/bin/sh", ["-c", `i=0; while [ $i -lt 130 ]; do ${SLEEP} 1000 & i=$((i+1)); done; wait`], {
      cwd: bench.at("releases/a"),
      stdio: "ignore",
      detached: true,
    });
    try {
      await until("all are there", async () => {
        const { processes, more } = await look(bench);
        return processes.length === 100 && more === 31;
      });
    } finally {
      process.kill(-(crowd.pid ?? 0), "SIGKILL");
    }
  });
});

const byNumber = (one: string, other: string): number => Number.parseInt(one, 10) - Number.parseInt(other, 10);

function readComm(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "latin1");
}

describe.skipIf(!root || PERL === undefined)("as root of this machine", () => {
  test("who may not look everywhere says how often", async () => {
    const at = newRoot();
    chmodSync(scratch, 0o755);
    chownSync(at, 65534, 65534);
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    // Among themselves: three of root, one of which works in a release and nobody will ever know, and then the conversation.
    const crowd = `cd "$1/releases/a" && shift; ${SLEEP} 1000 & cd /; ${SLEEP} 1000 & ${SLEEP} 1000 & exec "$@"`;
    const alone = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", crowd, "sh", at, ...nobody];
    put(join(at, "releases/a/file"), "");
    const bench = new Bench(undefined, { root: at, through: alone });
    await bench.open();
    expect(await look(bench)).toEqual({ processes: [], more: 0, blind: 3 });
    await bench.close();
  });

  test("the same path in another mount namespace is another directory, unless it is the same one", async () => {
    const bench = new Bench();
    await site(bench);
    const elsewhere = newRoot();
    put(join(elsewhere, "releases/a/file"), "");
    const inside = `mount --bind "$1" "$2" && cd "$2/releases/a" && exec ${SLEEP} 1000`;
    await start("unshare", ["-m", "--propagation", "private", "sh", "-c", inside, "sh", elsewhere, bench.root]);
    const same = `cd "$1/releases/a" && exec ${SLEEP} 1000`;
    const pid = await start("unshare", ["-m", "--propagation", "private", "sh", "-c", same, "sh", bench.root]);
    expect(told(await look(bench))).toEqual([`${pid} a process`]);
    await bench.close();
  });

  test("P6: a process with another root is seen in its release", async () => {
    const bench = new Bench();
    await site(bench);
    const code = 'chroot shift or die; chdir "/"; sleep 1000';
    const child = spawn(PERL ?? "", ["-e", code, bench.at("releases/a")], { stdio: "ignore" });
    started.push(child);
    await until("it is seen", async () => told(await look(bench)).join("") === `${child.pid} a process`);
    await bench.close();
  });
});
