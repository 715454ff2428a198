import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { HostFailure } from "../../src/errors.ts";
import { reloadCommand } from "../../src/config/reload.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import { readProgram } from "../../src/host/program.ts";
import * as requests from "../../src/host/requests.ts";
import { canRunFleet, findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { Bench, commandLine, newRoot, unlessGone } from "./bench.ts";
import { mainKinds, pathWith, scratch, type Kind } from "./kinds.ts";

const [DEPLOYER, OTHER] = [1, 65534];

/** What sudo allows the deploy user, in a mount namespace of its own: the rules of this machine stay as they are. */
function throughSudoers(rule: string): string[] {
  const file = join(scratch, `sudoers-${Buffer.from(rule).toString("hex")}`);
  writeFileSync(file, `Defaults env_reset, use_pty\nroot ALL=(ALL) ALL\n#${DEPLOYER} ALL=(#${OTHER}) NOPASSWD: ${rule}\n`);
  chmodSync(file, 0o440);
  const [unshare, mount, setpriv] = ["unshare", "mount", "setpriv"].map((name) => findProgram(name) ?? name);
  const script = `${mount} --bind "$1" /etc/sudoers && shift && exec ${setpriv} --reuid=${DEPLOYER} --regid=${DEPLOYER} --clear-groups "$@"`;
  return [unshare ?? "", "--mount", "/bin/sh", "-c", script, "sh", file];
}

let sudoDirectory: string | undefined;

/** BusyBox has no sudo of its own. */
function sudoPath(): string {
  sudoDirectory ??= pathWith("sudo", ["sudo"]);
  return sudoDirectory;
}

async function openBench(kind: Kind, rule = "ALL", root = ownRoot(), program = readProgram()): Promise<Bench> {
  const path = `${sudoPath()}:${kind.path}`;
  const bench = new Bench({ ...kind, path }, { through: throughSudoers(rule), root, program });
  await bench.open();
  return bench;
}

function ownRoot(): string {
  const root = newRoot();
  chmodSync(root, 0o755);
  chownSync(root, DEPLOYER, DEPLOYER);
  return root;
}

interface Ran {
  readonly told: readonly string[];
  readonly failure: HostFailure | null;
}

async function run(bench: Bench, text: string, wishes: { timeout?: number; signal?: AbortSignal } = {}): Promise<Ran> {
  const { timeout = 60, signal } = wishes;
  const environment = bytesOf("");
  const call = { index: 0, timeout, as: `#${OTHER}`, directory: bench.root, environment, umask: "0022", run: text };
  const told: string[] = [];
  const onLine = (line: string): void => void told.push(line);
  const failure = await bench.ask(requests.task(call), { onLine, ...(signal === undefined ? {} : { signal }) }).then(
    () => null,
    (error: HostFailure) => error,
  );
  return { told: told.filter((line) => !/^(task (begin|end)|fail) /.test(line)), failure };
}

/** Processes of the other user that wait in `directory`: their environment is not that of the bench. */
function left(bench: Bench): number[] {
  const isLeft = (pid: string): boolean => {
    const line = commandLine(Number(pid));
    return line.startsWith("sleep 1000") && ownerOf(pid) === OTHER && directoryOf(pid) === bench.root;
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isLeft(name))
    .map(Number);
}

function ownerOf(pid: string): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

function directoryOf(pid: string): string {
  const [, directory = ""] =
    /^SLH_DIRECTORY=(.*)$/m.exec(unlessGone(() => readFileSync(`/proc/${pid}/environ`, "latin1").replaceAll("\0", "\n"))) ?? [];
  return directory;
}

/** Will not hear, and has children that will not hear either. */
const DEAF = "trap '' TERM HUP; export SLH_DIRECTORY=$(pwd); (sleep 1000; sleep 1000) & sleep 1000; sleep 1000";

const ability = canRunFleet();
const withoutIt = !ability.ok || findProgram("sudo") === undefined;

// Mostly they wait. What differs between shells is in task.test.ts; here it is sudo and the programs.
describe.skipIf(withoutIt).concurrent.each(mainKinds().slice(0, 2))("a task of another user, $name", (kind) => {
  beforeAll(() => chmodSync(scratch, 0o755));

  test.each(["ALL", "/bin/sh"])("that takes too long is ended with all it started, where sudo allows %s", async (rule) => {
    const bench = await openBench(kind, rule);
    const ran = run(bench, DEAF, { timeout: 4 });
    await until("it runs", () => left(bench).length === 2);
    expect(await ran).toMatchObject({ failure: { kind: "task-timeout" }, told: [] });
    expect(left(bench)).toEqual([]);
    await bench.close();
  });

  test("that is cancelled is ended with all it started", async ({ expect }) => {
    const bench = await openBench(kind);
    const stop = new AbortController();
    const ran = run(bench, DEAF, { signal: stop.signal });
    await until("it runs", () => left(bench).length === 2);
    stop.abort();
    expect((await ran).failure).toMatchObject({ kind: "cancelled" });
    expect(left(bench)).toEqual([]);
    await bench.close();
  });

  test("of a reload through sudo asks nobody for a password, and fails at once where there is no rule", async ({ expect }) => {
    const bench = await openBench(kind);
    const said: Buffer[] = [];
    const lines: string[] = [];
    const call = { index: 0, timeout: 3600, as: null, directory: bench.root, environment: bytesOf(""), umask: "0022" };
    const run = reloadCommand({ systemd: "shop", sudo: true });
    const hear = { onOutput: (chunk: Buffer) => void said.push(chunk), onLine: (line: string) => void lines.push(line) };
    await bench.ask(requests.task({ ...call, run }), hear).catch(() => []);
    expect(lines).toContain("task end 0 1");
    expect(Buffer.concat(said).toString()).toContain("a password is required");
    await bench.close();
  });

  test("waits while nobody reads what it prints, and goes on after that", async ({ expect }) => {
    const program = readProgram().replace("slh_output_cap=16777216", "slh_output_cap=1500000");
    const bench = await openBench(kind, "ALL", ownRoot(), program);
    const spool = bench.home("run", bench.session, "output");
    bench.channel.output.pause();
    const ran = run(bench, "i=0; while [ $i -lt 90 ]; do head -c 500000 /dev/zero; i=$((i + 1)); sleep 0.1; done");
    const sizes: number[] = [];
    await until("it is stopped", async () => {
      await sleep(300);
      sizes.push(existsSync(spool) ? statSync(spool).size : 0);
      return sizes.length > 4 && (sizes.at(-1) ?? 0) > 6_000_000 && new Set(sizes.slice(-4)).size === 1;
    });
    expect(sizes.at(-1)).toBeLessThan(40_000_000);
    bench.channel.output.resume();
    expect((await ran).failure).toBeNull();
    await bench.close();
  });

  test("P5: ends also where its worker was killed", async ({ expect }) => {
    const bench = await openBench(kind);
    const ran = run(bench, DEAF);
    await until("it runs", () => left(bench).length === 2);
    const worker = Number.parseInt(readFileSync(bench.home("run", bench.session, "worker"), "latin1"), 10);
    process.kill(-worker, "SIGKILL");
    expect((await ran).failure).toMatchObject({ kind: "host" });
    await until("nothing is left", () => left(bench).length === 0);
    await bench.close();
  });

  test("P5: ends with the takeover where all of us was killed", async ({ expect }) => {
    const bench = await openBench(kind);
    const ran = run(bench, DEAF);
    await until("it runs", () => left(bench).length === 2);
    // sudo is none of ours: it carries our environment, but is what stands between.
    for (const pid of bench.processes().filter((one) => !commandLine(one).startsWith("sudo ")))
      unlessGone(() => String(process.kill(pid, "SIGKILL")));
    expect((await ran).failure).toMatchObject({ kind: "connection-lost" });
    const next = await openBench(kind, "ALL", bench.root);
    expect([next.generation === "", left(bench)]).toEqual([false, []]);
    await next.close();
  });
});
