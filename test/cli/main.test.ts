import { spawn, spawnSync } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

// The real program as it is installed: `npm test` has built it.
const program = new URL("../../bin/symlink-helper", import.meta.url).pathname;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slh-cli-"));
  mkdirSync(join(directory, "dist"));
  writeFileSync(join(directory, "dist/index.html"), "hello\n");
});

afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

function configure(tasks = ""): void {
  const lines = [
    "app: shop",
    `root: ${join(directory, "root")}`,
    "source: { directory: dist }",
    tasks,
    "environments: { local: { hosts: [local] } }",
  ];
  writeFileSync(join(directory, "symlink-helper.yaml"), lines.join("\n"));
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Starts the program and plays with it; gives what it said and how it ended. */
async function start(
  args: readonly string[],
  play: (child: Child, said: () => string) => void = () => undefined,
  stdout: number | "pipe" = "pipe",
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { cwd: directory, stdio: ["ignore", stdout, "pipe"] }) as Child;
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => (said.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (said.stderr += String(chunk)));
  play(child, () => said.stdout + said.stderr);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...said };
}

/** Sends signals one after the other, each once the program has said something. */
function signals(...steps: readonly [NodeJS.Signals, RegExp][]): (child: Child, said: () => string) => void {
  return (child, said) => {
    const waiting = [...steps];
    const timer = setInterval(() => {
      const [next] = waiting;
      if (next === undefined || !next[1].test(said())) return;
      waiting.shift();
      // Longer than the echo of a key press.
      setTimeout(() => child.kill(next[0]), 400);
    }, 20);
    child.on("close", () => clearInterval(timer));
  };
}

test("says its version", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(await start(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

// As on a disk that becomes full: the first write is taken in part, only the next one is refused.
test("P3: a file that takes only a part of an answer is no success", () => {
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" "$1" --help >help.txt`;
  const { status, stderr } = spawnSync("sh", ["-c", limited, process.execPath, program], { cwd: directory, encoding: "utf8" });
  expect(readFileSync(join(directory, "help.txt"), "utf8")).toContain("symlink-helper");
  expect([status, stderr]).toEqual([1, expect.stringContaining("standard output could not be written: EFBIG")]);
});

describe("the configuration", () => {
  test("is looked for, and its absence is told", async () => {
    const { code, stderr } = await start(["status"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no symlink-helper.yaml in ${directory}`);
  });

  test("is told with all that is wrong, each with its place", async () => {
    writeFileSync(
      join(directory, "symlink-helper.yaml"),
      "app: shop\nroot: /srv/shop\nkeeep: 3\nwait: never\nenvironments: {}\n",
    );
    const { code, stderr } = await start(["deploy"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/symlink-helper\.yaml:3:1: error: .*keeep/);
    expect(stderr).toMatch(/symlink-helper\.yaml:4:\d+: error: /);
  });

  test("is found from a folder below, and may be named", async () => {
    configure();
    const { code, stdout } = await start(["status", "--config", "dist/../symlink-helper.yaml"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("shop local: nothing is live")]);
  });
});

describe("in a folder that is gone", () => {
  function startNowhere(...args: readonly string[]): readonly [code: number | null, said: string] {
    mkdirSync(join(directory, "gone"));
    const nowhere = 'cd gone && rmdir ../gone && exec "$0" "$@"';
    const options = { cwd: directory, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", nowhere, process.execPath, program, ...args], options);
    return [status, stdout + stderr];
  }

  test("a configuration with a whole path works", () => {
    configure();
    const config = join(directory, "symlink-helper.yaml");
    expect(startNowhere("deploy", "--config", config)).toEqual([0, expect.stringContaining("Deployed ")]);
  });

  test.each([[[]], [["--config", "symlink-helper.yaml"]]])("others are not looked for: %j", (args) => {
    expect(startNowhere("status", ...args)).toEqual([2, expect.stringContaining("The folder that this was called in is gone")]);
  });

  test("help is given", () => {
    expect(startNowhere("--help")).toEqual([0, expect.stringContaining("Exit codes")]);
  });
});

test("a configuration from a pipe is there however often it is looked into", () => {
  configure();
  const piped = 'cat symlink-helper.yaml | "$0" "$1" pin my-release local --config /dev/stdin';
  const { status, stderr } = spawnSync("sh", ["-c", piped, process.execPath, program], { cwd: directory, encoding: "utf8" });
  expect([status, stderr]).toEqual([2, expect.stringContaining("No host has a release my-release")]);
});

describe("a deploy", () => {
  test("succeeds, and --json is one document on standard output", async () => {
    configure("tasks: { prepare: echo hello }");
    const { code, stdout, stderr } = await start(["deploy", "--json", "-m", "why"]);
    const report = JSON.parse(stdout) as { outcome: string; release: string };
    expect([code, report.outcome]).toEqual([0, "deployed"]);
    expect(stderr).toContain("local | hello");
    expect(readlinkSync(join(directory, "root/current"))).toBe(`releases/${report.release}`);
  });

  test("P3: over a link that leads to no release says what it replaced, and status what is there", async () => {
    configure();
    await start(["deploy"]);
    const root = join(directory, "root");
    const id = basename(readlinkSync(join(root, "current")));
    const point = (to: string): void => {
      rmSync(join(root, "current"));
      symlinkSync(to, join(root, "current"));
    };
    point(`releases/${id}/gone`);
    expect(await start(["status"])).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`nothing is live, \`current\` points to releases/${id}/gone, which is not there`),
    });
    mkdirSync(join(root, `releases/${id}/public`));
    point(`releases/${id}/public`);
    expect(await start(["status"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`releases/${id}/public is live, inside release ${id}`),
    });
    const { code, stdout } = await start(["deploy", "--force"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`no release: \`current\` pointed to releases/${id}/public`)]);
  });

  test("goes on when nobody reads what it says any more", async () => {
    configure("tasks: { prepare: 'for i in 1 2 3 4 5; do echo $i; sleep 0.1; done' }");
    const { code } = await start(["deploy"], (child) => {
      child.stdout.destroy();
      child.stderr.destroy();
    });
    expect(code).toBe(0);
    expect(existsSync(join(directory, "root/current/index.html"))).toBe(true);
  });

  test("P3: says that its report was lost, and that it is live, where there is no space for the report", async () => {
    configure();
    const full = openSync("/dev/full", "w");
    const { code, stderr } = await start(["deploy", "--json"], undefined, full);
    closeSync(full);
    expect(code).toBe(4);
    expect(stderr).toMatch(/standard output could not be written: ENOSPC/);
    expect(stderr).toContain("Look with: symlink-helper status");
    expect(existsSync(join(directory, "root/current/index.html"))).toBe(true);
  });

  test("that is interrupted says what will happen, stops and ends with 130", async () => {
    configure("tasks: { prepare: echo begun && sleep 60 }");
    const { code, stderr } = await start(["deploy"], signals(["SIGINT", /\| begun/]));
    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted: no new switch is made");
    expect(stderr).toContain("Interrupted: deploy of local.");
    expect(existsSync(join(directory, "root/current"))).toBe(false);
  });

  test("that is interrupted twice is left at once", async () => {
    // Deaf to the first: it takes a while to stop.
    configure(
      "tasks: { prepare: \"trap '' TERM INT HUP; echo begun; i=0; while [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done\" }",
    );
    const { code, stderr } = await start(["deploy"], signals(["SIGINT", /\| begun/], ["SIGINT", /Interrupted: no new switch/]));
    expect(code).toBe(130);
    expect(stderr).toContain("Left at once");
    expect(stderr).toContain("symlink-helper status");
  });
});
