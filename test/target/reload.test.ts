import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { reloadCommand } from "../../src/config/reload.ts";
import * as requests from "../../src/host/requests.ts";
import { Bench } from "./bench.ts";
import { everyShell } from "./kinds.ts";

const NAME = "it's $(id) a.pid";

describe.each(everyShell())("what is signalled by a pid file: $name", (kind) => {
  let bench: Bench;
  let started: ChildProcess[] = [];
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());
  afterEach(() => {
    for (const child of started) child.kill("SIGKILL");
    started = [];
  });

  /** A process in a group of its own, that any signal of ours would end. */
  function sleeper(): ChildProcess & { readonly pid: number } {
    const child = spawn("sleep", ["1000"], { stdio: "ignore", detached: true });
    started.push(child);
    if (child.pid === undefined) throw new Error("There is no sleep.");
    return child as ChildProcess & { readonly pid: number };
  }

  /** Reloads Puma by a pid file that holds this, or by none; the code with which the task ends, and what it says. */
  async function reload(content: string | null): Promise<{ readonly code: string; readonly said: string }> {
    await bench.fresh();
    if (content !== null) writeFileSync(join(bench.root, NAME), content);
    const environment = requests.exports({ SLH_ROOT: bench.root });
    const run = reloadCommand({ puma: NAME });
    const lines: string[] = [];
    const said: Buffer[] = [];
    const call = { index: 0, timeout: 60, as: null, directory: bench.root, environment, umask: "0022", run };
    const hear = { onOutput: (chunk: Buffer) => void said.push(chunk), onLine: (line: string) => void lines.push(line) };
    await bench.ask(requests.task(call), hear).catch(() => []);
    const code = lines.findLast((line) => line.startsWith("task end 0 "))?.slice("task end 0 ".length) ?? "";
    return { code, said: Buffer.concat(said).toString() };
  }

  test.each(["", "\n"])("the process of that number, whatever the file is called (ends in %j)", async (end) => {
    const child = sleeper();
    const gone = once(child, "exit");
    expect(await reload(`${child.pid}${end}`)).toEqual({ code: "0", said: "" });
    expect((await gone)[1]).toBe("SIGUSR2");
  });

  test.each([
    ["nothing", () => ""],
    ["no number", () => "puma\n"],
    ["the number of a process among words", (pid: number) => `pid ${pid}\n`],
    ["two numbers", (pid: number) => `${pid}\n${pid}\n`],
    ["a whole group", (pid: number) => `-${pid}\n`],
    ["zero", () => "0\n"],
  ])("nobody, and the task fails and says so, where the file holds %s", async (_, content) => {
    const child = sleeper();
    const { code, said } = await reload(content(child.pid));
    expect({ code, said }).toEqual({ code: expect.stringMatching(/^[12]$/), said: expect.stringMatching(/kill|none|ash/) });
    expect(process.kill(child.pid, 0) && child.exitCode === null && child.signalCode === null).toBe(true);
  });

  test("nobody where there is no such file, and it is named", async () => {
    const { code, said } = await reload(null);
    expect(code).toMatch(/^[12]$/);
    expect(said).toContain(`/${NAME}`);
  });

  test("nobody where that process has ended", async () => {
    const child = sleeper();
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    expect(await reload(`${child.pid}\n`)).toMatchObject({ code: "1" });
  });
});
