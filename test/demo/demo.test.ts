import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectedVersions, problemsIn } from "../../demo/verdict.mjs";
import type { Seen } from "../../demo/words.mjs";
import { root } from "../../scripts/files.mjs";
import { until } from "../hosts/until.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("npm run demo", () => {
  let directory: string;
  let demo: Ended;
  let result: Seen;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "symlink-helper demo's "));
    // What an earlier demo, or somebody who tried things, left.
    mkdirSync(join(directory, "app/current"), { recursive: true });
    mkdirSync(join(directory, "work/shop/.git"), { recursive: true });
    demo = await start(process.execPath, "demo/run.mjs", directory);
    // Where it failed there is no result to read, and what it said is what one has to know.
    expect(demo).toMatchObject({ code: 0, stderr: "" });
    result = JSON.parse(readFileSync(join(directory, "work/result.json"), "utf8")) as Seen;
  }, 240_000);

  afterAll(() => rmSync(directory, { recursive: true }));

  test("P1: no visitor sees an error while versions come, fail, are taken back and go", () => {
    expect(result).toMatchObject({ errors: 0, readErrors: 0, firstErrors: [] });
    expect(Object.keys(result.versions)).toEqual(["1.0.0", "2.0.0", "5.0.0", "6.0.0"]);
    expect(result.requests).toBeGreaterThan(100);
    expect(result.reads).toBeGreaterThan(100);
    expect(demo.stdout).toContain(`${result.requests} requests, 0 errors`);
  });

  test("the tree is left to look at: the two good releases, and what is shared", () => {
    const live = readlinkSync(join(directory, "app/current")).replace("releases/", "");
    expect(readdirSync(join(directory, "app/releases"))).toHaveLength(2);
    expect(readFileSync(join(directory, "app/releases", live, "built/page.html"), "utf8")).toContain('content="6.0.0"');
    expect(readFileSync(join(directory, "app/shared/.env"), "utf8")).toContain("SHOP_GREETING");
    expect(demo.stdout).toContain(`current -> releases/${live}`);
  });

  test("it leaves no process behind, when what it pruned is deleted", async () => {
    await until("nothing runs any more", () => processesIn(directory).length === 0);
  });

  test("the commands that it tells one to try next work as they stand", async () => {
    const lines = demo.stdout.split("\n").map((line) => line.trim());
    const commands = lines.filter((line) => line.startsWith("(cd "));
    expect(commands).toHaveLength(5);
    for (const command of commands) {
      const { code, stdout, stderr } = await start("/bin/sh", "-c", command);
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
      expect(stdout).not.toBe("");
    }
    const serve = lines.find((line) => line.startsWith("node ")) ?? "";
    expect(await servedBy(serve)).toContain("Welcome, and mind the step.");
    await until("nothing runs any more", () => processesIn(directory).length === 0);
    expect(existsSync(join(directory, "app/shared/run/front.json"))).toBe(false);
  }, 120_000);
});

describe("the visitors of the demo", () => {
  // what the server does, what the visitors make of it
  const rows: [server: string, errors: RegExp][] = [
    [`response.writeHead(502).end("gone")`, /status 502: gone/],
    [`request.url === "/" ? response.socket.destroy() : response.end()`, /socket hang up/],
    [
      `response.setHeader("x-shop-version", "2"); response.end('<meta name="version" content="1" />')`,
      /version 2 gave the page of 1/,
    ],
  ];
  test.each(rows)("a server that does %s", async (server, expected) => {
    const { code, stdout } = await visit(server);
    const seen = JSON.parse(stdout) as Seen;
    expect(code).toBe(1);
    expect(seen.errors).toBeGreaterThan(0);
    expect(seen.firstErrors.join("\n")).toMatch(expected);
  });

  test("a file that is not there is an error too", async () => {
    const { code, stdout } = await visit(page("1"), "/nowhere");
    const { errors, readErrors } = JSON.parse(stdout) as Seen;
    expect({ code, errors, found: readErrors > 0 }).toEqual({ code: 1, errors: 0, found: true });
  });
});

/** A handler that answers with the page of version 1, as a server of another one. */
function page(server: string): string {
  return `response.setHeader("x-shop-version", "${server}"); response.end('<meta name="version" content="1" />')`;
}

describe("the verdict", () => {
  const good: Seen = {
    requests: 1000,
    errors: 0,
    reads: 1000,
    readErrors: 0,
    versions: Object.fromEntries(expectedVersions.map((version) => [version, 250])),
    slowestMs: 9,
    firstErrors: [],
  };

  test("nothing is said against a demo that went well", () => expect(problemsIn(good)).toEqual([]));

  const rows: [what: string, seen: Partial<Seen>, problem: RegExp][] = [
    ["a failed request", { errors: 1, firstErrors: ["socket hang up"] }, /1 errors: socket hang up/],
    ["a failed read", { readErrors: 1, firstErrors: ["ENOENT"] }, /1 errors: ENOENT/],
    ["too few requests", { requests: 3 }, /Too little/],
    ["a version that failed and was seen", { versions: { ...good.versions, "3.0.0": 1 } }, /but got .*3\.0\.0/],
    ["a version that was not seen", { versions: { "1.0.0": 1 } }, /but got 1\.0\.0\./],
  ];
  test.each(rows)("%s", (_, seen, problem) => expect(problemsIn({ ...good, ...seen }).join()).toMatch(problem));
});

/** Lets visitors loose on a server with that handler until it has been asked some times. */
async function visit(handler: string, current = ""): Promise<Ended> {
  const script = `const server = require("node:http").createServer((request, response) => { if (++asked === 20) process.send("enough"); ${handler} });
     let asked = 0;
     server.listen(0, "127.0.0.1", () => process.send(server.address().port));
     process.on("disconnect", () => process.exit());`;
  const server = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const port = await new Promise((resolve) => server.once("message", resolve));
  const visitors = spawn(process.execPath, ["demo/load.mjs", `http://127.0.0.1:${String(port)}`, current], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let stdout = "";
  visitors.stdout?.on("data", (chunk) => (stdout += String(chunk)));
  server.once("message", () => visitors.send("stop"));
  const code = await new Promise<number>((resolve) => visitors.once("close", (ended) => resolve(ended ?? -1)));
  server.disconnect();
  return { code, stdout, stderr: "" };
}

/** The page that is served while a command, as a person would type it, runs. */
async function servedBy(command: string): Promise<string> {
  const child = spawn("/bin/sh", ["-c", `exec ${command}`], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await new Promise<string[]>((resolve) => child.stdout.once("data", (chunk) => resolve([String(chunk)])));
  const page = await (await fetch(/http:\S+/.exec(said ?? "")?.[0] ?? "")).text();
  child.kill("SIGINT");
  await new Promise((resolve) => child.once("close", resolve));
  return page;
}

function start(program: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd: root, timeout: 200_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Command lines of processes that were started there, or told of it. */
function processesIn(directory: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return `${readlinkSync(`/proc/${pid}/cwd`)} ${args}`.includes(directory) ? [args] : [];
    } catch {
      return [];
    }
  });
}
