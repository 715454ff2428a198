import { describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { commands } from "../../src/cli/routes.ts";
import type { Report } from "../../src/report/report.ts";
import { report } from "../report/samples.ts";
import { fakeWorld, recordingApi, runCli } from "./world.ts";

/** Calls of the API that a command line leads to: name, environment, further arguments. */
async function callsOf(args: readonly string[]): Promise<unknown[]> {
  const { api, calls } = recordingApi();
  const { world } = fakeWorld(args, { api });
  expect(await run(world)).toBe(0);
  return calls.map(({ name, context, rest }) => [name, context.config.environment, ...rest.map(withoutFunctions)]);
}

describe("every command and option reaches the API", () => {
  test.each([
    [["config"], ["config", "production"]],
    [["setup"], ["setup", "production"]],
    [
      ["setup", "staging"],
      ["setup", "staging"],
    ],
    [
      ["plan", "staging"],
      ["plan", "staging", { force: false }],
    ],
    [
      ["plan", "--ref", "v1", "--force"],
      ["plan", "production", { ref: "v1", force: true }],
    ],
    [["deploy"], ["deploy", "production", { force: false }]],
    [
      ["deploy", "staging", "--ref", "v1", "--message", "why", "--force"],
      ["deploy", "staging", { ref: "v1", message: "why", force: true }],
    ],
    [
      ["deploy", "--ref=v1", "-m", "why"],
      ["deploy", "production", { ref: "v1", message: "why", force: false }],
    ],
    [["rollback"], ["rollback", "production", {}]],
    [
      ["rollback", "staging", "--to", "a", "--from", "b"],
      ["rollback", "staging", { to: "a", from: "b" }],
    ],
    [["releases"], ["releases", "production"]],
    [
      ["status", "staging"],
      ["status", "staging"],
    ],
    [["history"], ["history", "production", { limit: 50 }]],
    [
      ["history", "--limit", "3", "--json"],
      ["history", "production", { limit: 3 }],
    ],
    [
      ["history", "--json"],
      ["history", "production", {}],
    ],
    [
      ["pin", "20261120T090000Z"],
      ["pin", "production", "20261120T090000Z", true],
    ],
    [
      ["pin", "20261120T090000Z", "staging"],
      ["pin", "staging", "20261120T090000Z", true],
    ],
    [
      ["pin", "staging", "20261120T090000Z"],
      ["pin", "staging", "20261120T090000Z", true],
    ],
    [
      ["unpin", "r1", "staging"],
      ["pin", "staging", "r1", false],
    ],
    [["prune"], ["prune", "production", { dryRun: false }]],
    [
      ["prune", "staging", "--keep", "3", "--dry-run"],
      ["prune", "staging", { keep: 3, dryRun: true }],
    ],
    [
      ["prune", "--dryRun"],
      ["prune", "production", { dryRun: true }],
    ],
    [
      ["exec", "--", "ls", "-l", "--json", "a b"],
      ["exec", "production", { command: ["ls", "-l", "--json", "a b"], hosts: [], roles: [] }],
    ],
    [
      [
        "exec",
        "staging",
        "--host",
        "a",
        "--host=b",
        "--role",
        "web",
        "--in",
        "root",
        "--as",
        "www",
        "--timeout",
        "2m",
        "--",
        "id",
      ],
      ["exec", "staging", { command: ["id"], hosts: ["a", "b"], roles: ["web"], in: "root", as: "www", timeout: 120 }],
    ],
    [["run"], ["commands", "production"]],
    [
      ["run", "staging"],
      ["commands", "staging"],
    ],
    [
      ["run", "console", "staging", "--", "--json", "x"],
      ["run", "staging", "console", { args: ["--json", "x"], hosts: [], roles: [] }],
    ],
    [
      ["ssh", "staging", "web1", "--root"],
      ["ssh", "staging", { host: "web1", root: true }],
    ],
    [["ssh"], ["ssh", "production", { root: false }]],
    [
      ["logs", "staging", "app", "--lines", "0", "--no-follow"],
      ["logs", "staging", { name: "app", lines: 0, hosts: [], roles: [], follow: false }],
    ],
    [["logs"], ["logs", "production", { hosts: [], roles: [], follow: true }]],
    [["lock"], ["lockStatus", "production"]],
    [
      ["lock", "staging"],
      ["lockStatus", "staging"],
    ],
    [
      ["lock", "status", "staging"],
      ["lockStatus", "staging"],
    ],
    [
      ["lock", "staging", "status"],
      ["lockStatus", "staging"],
    ],
    [
      ["lock", "acquire", "-m", "why"],
      ["lockAcquire", "production", "why"],
    ],
    [
      ["lock", "staging", "acquire", "--reason", "why"],
      ["lockAcquire", "staging", "why"],
    ],
    [
      ["lock", "release"],
      ["lockRelease", "production", { force: false }],
    ],
    [
      ["lock", "release", "staging", "--force"],
      ["lockRelease", "staging", { force: true }],
    ],
    [
      ["lock", "status", "status"],
      ["lockStatus", "status"],
    ],
  ])("%j", async (args, call) => {
    expect(await callsOf(args)).toEqual([call]);
  });
});

describe("a command line means what a person means by it", () => {
  test.each([
    ["options before the command", ["--json", "deploy", "staging"], ["deploy", "staging", { force: false }]],
    [
      "options with a value before the command",
      ["--config", "x.yaml", "--wait=0", "deploy"],
      ["deploy", "production", { force: false }],
    ],
    ["own options before the command", ["--ref", "v1", "deploy"], ["deploy", "production", { ref: "v1", force: false }]],
    ["a switch twice", ["--json", "deploy", "--json", "--force", "--force"], ["deploy", "production", { force: true }]],
    [
      "a value that begins with a dash",
      ["deploy", "-m", "-wip- broken"],
      ["deploy", "production", { message: "-wip- broken", force: false }],
    ],
    ["a value glued to its letter", ["deploy", "-mwhy"], ["deploy", "production", { message: "why", force: false }]],
    [
      "a value of several lines",
      ["deploy", "--message=one\n\ntwo"],
      ["deploy", "production", { message: "one\n\ntwo", force: false }],
    ],
    [
      "a value of several lines that begins with a dash",
      ["deploy", "-m", "--a\n-b"],
      ["deploy", "production", { message: "--a\n-b", force: false }],
    ],
    ["an empty message", ["deploy", "--message="], ["deploy", "production", { message: "", force: false }]],
    ["an empty message as a word", ["deploy", "--message", ""], ["deploy", "production", { message: "", force: false }]],
    ["a value with an equals sign", ["deploy", "--message=a=b"], ["deploy", "production", { message: "a=b", force: false }]],
    ["an environment like an option", ["status", "--", "--json"], ["status", "--json"]],
    ["an environment like a property of all objects", ["status", "constructor"], ["status", "constructor"]],
  ])("%s", async (_, args, call) => {
    expect(await callsOf(args)).toEqual([call]);
  });
});

describe("what the API is given", () => {
  async function contextOf(args: readonly string[], env: Record<string, string> = {}) {
    const { api, calls } = recordingApi();
    const { world, asked } = fakeWorld(args, { api, env });
    await run(world);
    return { context: calls[0]?.context, asked: asked[0] };
  }

  test("who and from where, and the environment that secrets come from", async () => {
    const { context } = await contextOf(["deploy"], { DATABASE_URL: "x" });
    expect(context).toMatchObject({ by: "ann@laptop", origin: "laptop", env: { DATABASE_URL: "x" } });
    expect(context?.signal.aborted).toBe(false);
  });

  test("the configured time to wait, unless the command line says another", async () => {
    expect((await contextOf(["deploy"])).context?.config.wait).toBe(600);
    expect((await contextOf(["deploy", "--wait", "0"])).context?.config.wait).toBe(0);
  });

  test.each([
    [["deploy", "--hosts", "web*,!web1"], "web2 web3"],
    [["status", "--hosts=web1", "--hosts", "db1"], "web1 db1"],
    [["--role", "db", "rollback"], "db1"],
    [["pin", "20261120T090000Z", "staging", "--hosts", "web[1:3]", "--role", "web"], "web1 web2 web3"],
    [["exec", "--role", "db", "--", "uptime"], "db1"],
    [["shared", "put", ".env", "--from", "x", "--role", "db"], "db1"],
    [["lock", "acquire", "-m", "why", "--hosts", "!db1"], "web1 web2 web3"],
    [["exec", "--hosts", "!web3", "--role", "db", "--host", "web1", "--", "uptime"], "web1 web2 db1"],
    [["deploy"], "web1 web2 web3 db1"],
  ])("the hosts that were chosen: %j", async (args, hosts) => {
    const { context } = await contextOf(args);
    expect(context?.config.hosts.map(({ name }) => name).join(" ")).toBe(hosts);
    expect((context?.config.wholeEnvironment ?? context?.config.hosts)?.length).toBe(4);
  });

  test("every command that does something on hosts takes --hosts and --role", async () => {
    const without = new Set(["init", "completions", "config", "schema", "pack", "ci"]);
    for (const { name, command } of commands) {
      const flags = Object.keys(command.parameters.flags ?? {});
      expect([name, flags.includes("hosts") && flags.includes("role")]).toEqual([name, !without.has(name)]);
    }
  });

  test("a pattern that fits nothing is a mistake in usage, with what was probably meant", async () => {
    const { code, stderr } = await runCli(["deploy", "--hosts", "web1,!bd1"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/No host of production fits bd1\.\s+-> Did you mean `db1`\?/)]);
  });

  test("whether hosts that cannot be reached are skipped", async () => {
    expect((await contextOf(["deploy"])).context?.config.unreachable).toBe("stop");
    for (const args of [
      ["deploy"],
      ["rollback"],
      ["plan"],
      ["check"],
      ["prune"],
      ["pin", "20261120T090000Z"],
      ["setup"],
      ["shared"],
    ])
      expect([args, (await contextOf([...args, "--skip-unreachable"])).context?.config.unreachable]).toEqual([args, "skip"]);
  });

  test("the configuration is asked for with all that was said about it", async () => {
    const { asked } = await contextOf(["deploy", "staging", "--config", "a b.yaml", "--ref", "v1"]);
    expect(asked).toMatchObject({ file: "a b.yaml", environment: "staging", ref: "v1", directory: "/home/ann/shop" });
  });
});

function withoutFunctions(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => typeof inner !== "function"));
}

describe("what is to be typed again", () => {
  const interrupted = (): Promise<Report> => Promise.resolve(report({ outcome: "interrupted", hosts: [] }));
  const rollback = (): Promise<Report> =>
    Promise.resolve(report({ command: "rollback", outcome: "interrupted", environment: "staging", hosts: [] }));
  const api = { deploy: interrupted, rollback };

  test.each([
    [["deploy", "--ref", "v1", "-m", "it's fixed", "--force"], "deploy production --ref v1 --message 'it'\\''s fixed' --force"],
    [["deploy", "--message=-v", "--yes", "--quiet"], "deploy production --message=-v"],
    [["deploy", "--wait", "300"], "deploy production --wait 5m"],
    [["deploy", "--force", "--hosts", "!db1", "--role", "web"], "deploy production --force --hosts '!db1' --role web"],
    [["deploy", "--hosts=web1", "--skip-unreachable"], "deploy production --skip-unreachable --hosts web1"],
    [["deploy", "--wait", "1h30m"], "deploy production --wait 90m"],
    [["rollback", "staging", "--to", "A", "--config", "x.yaml"], "rollback staging --to A --config x.yaml"],
  ])("%j", async (args, expected) => {
    const { stderr } = await runCli(args, { api });
    expect(stderr).toContain(`try again  symlink-helper ${expected}\n`);
  });
});
