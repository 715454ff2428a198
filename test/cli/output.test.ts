import { describe, expect, test } from "vitest";
import { HostFailure, UserError } from "../../src/errors.ts";
import type { Api } from "../../src/api.ts";
import { run } from "../../src/cli/run.ts";
import type { Outcome } from "../../src/report/report.ts";
import { connectionLost, deployEvents, hostReport, OLD, report } from "../report/samples.ts";
import { fakeWorld, runCli, transcript } from "./world.ts";
import type { WorldOptions } from "./world.ts";

/** An API whose deploy says what a real one might, and then ends so. */
function deploying(end: () => Promise<Awaited<ReturnType<Api["deploy"]>>>): Partial<Api> {
  return {
    deploy: async (context) => {
      for (const event of deployEvents.slice(0, 15)) context.emit(event);
      context.emit({ kind: "warning", host: "web2", text: "the clock is 4m behind" });
      return end();
    },
  };
}

const fine = deploying(() => Promise.resolve(report()));
const failing = deploying(() =>
  Promise.resolve(
    report({ outcome: "failed", hosts: [hostReport("web1", { outcome: "failed", live: OLD, error: connectionLost })] }),
  ),
);

describe("a deploy shows, on standard output and standard error,", () => {
  const cases: [string, string[], WorldOptions][] = [
    ["in CI", [], {}],
    ["on a terminal", [], { tty: true }],
    ["on a terminal without colours", ["--no-color"], { tty: true }],
    ["on a dumb terminal", [], { tty: true, env: { TERM: "dumb" } }],
    ["with --quiet", ["--quiet"], {}],
    ["with --verbose on a terminal", ["--verbose", "--no-color"], { tty: true }],
    ["with --json", ["--json"], {}],
    ["with --json --quiet", ["--json", "--quiet"], {}],
    ["with --events", ["--events"], {}],
  ];
  test.each(cases)("%s", async (_, args, options) => {
    expect(await transcript(["deploy", ...args], { ...options, api: fine })).toMatchSnapshot();
  });

  test("when it fails", async () => {
    expect(await transcript(["deploy"], { api: failing })).toMatchSnapshot();
  });
});

test("--json prints one document, whatever happens", async () => {
  const { stdout } = await runCli(["deploy", "--json", "--verbose"], { api: failing });
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, outcome: "failed" });
});

test("--events ends with the report, once, also where the API has said it already", async () => {
  const api: Partial<Api> = {
    deploy: (context) => {
      context.emit({ kind: "ended", report: report() });
      return Promise.resolve(report());
    },
  };
  const { stdout } = await runCli(["deploy", "--events"], { api });
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    at: "2026-11-23T11:45:02.000Z",
    kind: "ended",
    report: { outcome: "deployed" },
  });
});

test("--events of a command that shows something ends with what it shows", async () => {
  const { stdout } = await runCli(["status", "--events"]);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, kind: "document", document: { app: "shop", agree: true } });
});

test("a command that looks shows no progress, only warnings, unless asked", async () => {
  const api: Partial<Api> = {
    lockStatus: (context) => {
      for (const event of deployEvents.slice(0, 12)) context.emit(event);
      context.emit({ kind: "warning", host: "web2", text: "slow" });
      return Promise.resolve({ schema: 1, app: "shop", environment: "production", hosts: [] });
    },
  };
  expect(await runCli(["lock"], { api })).toEqual({ code: 0, stdout: "shop production\n", stderr: "web2: warning: slow\n" });
  expect((await runCli(["lock", "--verbose"], { api })).stdout).toContain("web1: connect (0.3s)");
});

test("a host that a command which looks could not ask is told once, below the table", async () => {
  const error = { kind: "unreachable", message: "The host cannot be reached.", remedy: "Check it." };
  const api: Partial<Api> = {
    lockStatus: (context) => {
      context.emit({ kind: "failed", host: "web3", error });
      const hosts = [{ host: "web3", lock: null, error }];
      return Promise.resolve({ schema: 1, app: "shop", environment: "production", hosts });
    },
  };
  const { stdout, stderr } = await runCli(["lock"], { api });
  expect(`${stdout}${stderr}`.match(/cannot be reached/g)).toHaveLength(1);
  expect((await runCli(["lock", "--json"], { api })).stderr).toContain("cannot be reached");
});

describe("every outcome has its exit code", () => {
  const codes: Record<Outcome, number> = {
    deployed: 0,
    "rolled-back": 0,
    unchanged: 0,
    done: 0,
    failed: 1,
    invalid: 2,
    locked: 3,
    partial: 4,
    returned: 5,
    interrupted: 130,
  };
  test.each(Object.entries(codes))("%s: %d", async (outcome, code) => {
    const api = { deploy: () => Promise.resolve(report({ outcome: outcome as Outcome })) };
    const ended = await runCli(["deploy"], { api });
    expect(ended.code).toBe(code);
    // What went well is an answer, what went wrong an error.
    expect([ended.stdout !== "", ended.stderr !== ""]).toEqual([code === 0, code !== 0]);
  });
});

describe("what the API throws becomes a report", () => {
  const user = new UserError({ kind: "bad-ref", message: "There is no commit `v9`.", remedy: "See: git tag" });
  const host = (kind: HostFailure["kind"]) =>
    new HostFailure({ host: "web1", kind, message: "It did not work.", remedy: "Look." });
  test.each([
    ["a mistake of the user", "deploy", user, 2, "invalid", "bad-ref"],
    ["a lock", "deploy", host("locked"), 3, "locked", "locked"],
    ["a failure of a host before anything changes", "setup", host("unreachable"), 1, "failed", "unreachable"],
    ["a failure of a host while things change", "deploy", host("connection-lost"), 4, "partial", "connection-lost"],
    ["a cancel", "setup", host("cancelled"), 130, "interrupted", "cancelled"],
    ["a defect of ours", "setup", new TypeError("x is undefined"), 1, "failed", "internal"],
    ["a defect of ours while things change", "rollback", new TypeError("x is undefined"), 4, "partial", "internal"],
  ])("%s", async (_, command, error, code, outcome, kind) => {
    const api = { [command]: () => Promise.reject(error) };
    const ended = await runCli([command, "--json"], { api });
    expect(ended.code).toBe(code);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      command,
      app: "shop",
      environment: "production",
      outcome,
      hosts: [],
      error: { kind },
    });
    expect(ended.stderr).toContain(error.message);
  });

  test("so does a configuration that is wrong", async () => {
    const error = new UserError({ kind: "configuration", message: "symlink-helper.yaml:1:1: error: no", remedy: "" });
    const ended = await runCli(["status", "--json"], { loadConfig: () => Promise.reject(error) });
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      command: "status",
      app: "",
      outcome: "invalid",
      error: { kind: "configuration" },
    });
    expect(ended.stderr).toContain("symlink-helper.yaml:1:1: error: no");
  });

  test("and a program that cannot be loaded", async () => {
    const { world, said } = fakeWorld(["status"]);
    expect(await run({ ...world, api: () => Promise.reject(new Error("Cannot find module")) })).toBe(1);
    expect(said.stderr).toContain("Cannot find module");
    expect(said.stderr).toContain("defect of the program");
  });
});

test("warnings of the configuration are shown", async () => {
  const { stderr } = await runCli(["deploy"], { warnings: ["symlink-helper.yaml:3:1: warning: odd\nsecond line"] });
  expect(stderr).toBe("symlink-helper.yaml:3:1: warning: odd\nsecond line\n");
});

describe("exit codes of commands that look", () => {
  const about = { schema: 1, app: "shop", environment: "production" } as const;
  const error = connectionLost;
  const planned = {
    host: "web1",
    root: "/",
    live: null,
    unchanged: false,
    create: [],
    send: null,
    copy: null,
    shared: [],
    tasks: [],
    prune: [],
    clean: [],
  };
  const plan = { ...about, revision: null, tree: null, label: "", files: null, bytes: null, warnings: [] };
  const lock = { generation: 1, kind: "lease", by: "bob", since: "", reason: "", origin: "", command: "deploy" } as const;
  const at = {
    host: "web1",
    live: null,
    state: null,
    revision: null,
    since: null,
    by: null,
    message: null,
    rollbackTo: null,
    rollbackRefused: null,
  };

  const cases: [string, string, object, number][] = [
    ["hosts that agree", "status", { ...about, agree: true, hosts: [] }, 0],
    ["hosts that differ", "status", { ...about, agree: false, hosts: [] }, 4],
    ["a host that cannot be asked", "status", { ...about, agree: true, hosts: [{ ...at, lock: null, findings: [], error }] }, 1],
    ["a host that cannot be asked", "releases", { ...about, hosts: [{ host: "web1", live: null, releases: [], error }] }, 1],
    ["a host that cannot be asked", "history", { ...about, rows: [], errors: [{ host: "web1", error }] }, 1],
    ["a plan that would go", "plan", { ...plan, outcome: "deploy", hosts: [{ ...planned, problems: [], lock, error: null }] }, 0],
    [
      "a plan that problems stop",
      "plan",
      { ...plan, outcome: "blocked", hosts: [{ ...planned, problems: ["x"], lock, error: null }] },
      1,
    ],
    [
      "a plan that only a lock stops",
      "plan",
      { ...plan, outcome: "blocked", hosts: [{ ...planned, problems: [], lock, error: null }] },
      3,
    ],
    ["a plan that stops for no known reason", "plan", { ...plan, outcome: "blocked", hosts: [] }, 1],
  ];
  test.each(cases)("%s: %s", async (_, command, document, code) => {
    const api = { [command]: () => Promise.resolve(document) };
    expect((await runCli([command], { api })).code).toBe(code);
  });
});

describe("colours", () => {
  test.each([
    ["on a terminal", { tty: true }, [], true],
    ["not in a file", {}, [], false],
    ["not with --no-color", { tty: true }, ["--no-color"], false],
    ["not with NO_COLOR", { tty: true, env: { NO_COLOR: "1" } }, [], false],
    ["with an empty NO_COLOR", { tty: true, env: { NO_COLOR: "" } }, [], true],
    ["in a file with FORCE_COLOR", { env: { FORCE_COLOR: "1" } }, [], true],
    ["not with FORCE_COLOR=0", { tty: true, env: { FORCE_COLOR: "0" } }, [], false],
    ["not with both", { tty: true, env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, [], false],
  ] as [string, WorldOptions, string[], boolean][])("%s", async (_, options, args, coloured) => {
    const { stdout } = await runCli(["deploy", ...args], options);
    expect(stdout.includes("\u001b[32m")).toBe(coloured);
  });
});

describe("P3: where standard output cannot be written, that is said, and no command that was to say something ends with 0:", () => {
  const lost = "no space left on device";
  test.each<[command: string[], api: Partial<Api>, code: number]>([
    [["status"], {}, 1],
    [["status", "--json"], {}, 1],
    [["--version"], {}, 1],
    [["help", "deploy"], {}, 1],
    [["deploy"], fine, 4],
    [["deploy", "--json"], fine, 4],
    [["deploy"], failing, 1],
    [["nonsense"], {}, 2],
  ])("%j", async (args, api, code) => {
    const ended = await runCli(args, { api, lost });
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(`standard output could not be written: ${lost}`) });
    expect(ended.stderr.includes("done all the same. Look with: symlink-helper status")).toBe(code === 4);
  });
});
