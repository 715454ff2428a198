import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configurationReader } from "../../src/cli/configuration.ts";
import { ExitCode } from "../../src/cli/exit-codes.ts";
import { rootHelp } from "../../src/cli/help.ts";
import { commands } from "../../src/cli/routes.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { loadConfig } from "../../src/config/load.ts";
import { readConfig } from "../../src/config/read.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { written } from "../../src/config/schema.ts";
import { createApi, realPorts } from "../../src/index.ts";
import type { Report } from "../../src/report/report.ts";
import { recordingApi, runCli } from "../cli/world.ts";
import { blocksOf, codes, labelled, tableOf } from "./markdown.ts";

const README = "README.md";
/** What the README leaves to pages of their own. */
const SETTINGS = "docs/configuration.md";
const COMMANDS = "docs/commands.md";
const REPORT = "docs/automation.md";

describe("the commands", () => {
  test("are those that there are, with their usage", () => {
    const usages = commands.map(({ name, usage }) => `symlink-helper ${name} ${usage}`);
    expect(labelled(README, "commands").split("\n")).toEqual(usages);
  });

  test("and the help is what --help says", () => {
    expect(labelled(README, "help")).toBe(rootHelp("symlink-helper", commands).trimEnd());
  });

  test("every line that one is told to type is understood", async () => {
    const lines = blocksOf(README).flatMap(({ language, text }) => (language === "sh" ? text.split("\n") : []));
    const typed = lines.filter((line) => line.startsWith("symlink-helper ")).map(words);
    expect(typed.length).toBeGreaterThanOrEqual(6);
    for (const [, ...args] of typed) {
      const { api, calls } = recordingApi();
      expect({ args, ...(await runCli(args, { api })) }).toMatchObject({ args, code: 0, stderr: "" });
      expect(calls).toHaveLength(1);
    }
  });

  test.each([
    [README, 5],
    [COMMANDS, 8],
  ])("the options named in the text of %s are options", (page, least) => {
    const prose = readFileSync(page, "utf8").replaceAll(/^```.*?^```/gmsu, "");
    const named = new Set([...prose.matchAll(/`(?:[a-z ]*)?(--[a-z-]+)/gu)].map(([, option]) => option));
    const known = commands.flatMap((spec) => runHelp(spec.name));
    expect([...named].filter((option) => !known.includes(option ?? "")).filter((option) => !OTHERS.has(option ?? ""))).toEqual(
      [],
    );
    expect(named.size).toBeGreaterThanOrEqual(least);
  });
});

/** Options of other programs: npm. */
const OTHERS = new Set(["--global", "--save-dev"]);

function runHelp(name: string): string[] {
  const spec = commands.find((each) => each.name === name);
  const own = Object.keys(spec?.command.parameters.flags ?? {});
  return [...own.map((flag) => `--${flag.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`), "--help", "--version"];
}

/** A line as a shell splits it. */
function words(line: string): string[] {
  return execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}

describe("the configurations", () => {
  const files = [README, SETTINGS].flatMap(blocksOf).filter(({ language }) => language === "yaml");

  test.each(files.map(({ text }, index) => [index + 1, text] as const))("number %i can be loaded", async (_, text) => {
    const directory = mkdtempSync(join(tmpdir(), "symlink-helper-readme-"));
    const file = join(directory, "symlink-helper.yaml");
    writeFileSync(file, text);
    for (const environment of ["production", "local", "staging"].filter((name) => text.includes(`${name}:`))) {
      const loaded = await loadConfig({ file, environment });
      expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toBe("");
      expect(loaded.ok && loaded.warnings).toEqual([]);
    }
    rmSync(directory, { recursive: true });
  });

  test("the first one has ten lines", () => {
    expect(files[0]?.text.trimEnd().split("\n")).toHaveLength(10);
  });

  test("overrides do what their comments say", () => {
    const text = files.find((file) => file.text.includes("# NODE_ENV stays"))?.text ?? "";
    const [staging, production] = ["staging", "production"].map((environment) => resolved(text, environment));
    expect(staging?.hosts[0]?.env).toEqual({ NODE_ENV: "production", LOG: "debug" });
    expect(staging?.source).toMatchObject({ ref: "develop" });
    const jobs = production?.hosts[1]?.tasks;
    expect([jobs?.prepare[0]?.run, jobs?.afterSwitch[0]?.run]).toEqual(["npm ci --omit=dev", "systemctl --user restart jobs"]);
  });
});

describe("the settings", () => {
  const rows = tableOf(SETTINGS, "Setting");
  const documented = rows.map(([name]) => codes(name)[0] ?? "");

  test("are all that there are, at the level they can be given", () => {
    const places: [where: string, at: (string | number)[], own: string[]][] = [
      ["file", [], []],
      ["environment", ["environments", "one"], ["hosts"]],
      ["host", ["environments", "one", "hosts", 0], ["host", "user", "port", "name", "roles"]],
    ];
    const depth = ["file", "environment", "host"];
    for (const [where, at, own] of places) {
      const here = rows.filter(([, least]) => depth.indexOf(least ?? "") >= depth.indexOf(where));
      const names = here.map(([name]) => codes(name)[0]?.split(".")[0] ?? "").filter((name) => name !== "hosts");
      expect([...new Set([...names, ...own])].toSorted()).toEqual(keysAt(at));
    }
  });

  test.each(["source", "layout", "shared", "permissions", "ssh"])("of %s, too", (map) => {
    const names = documented.filter((name) => name.startsWith(`${map}.`)).map((name) => name.slice(map.length + 1));
    expect(names.toSorted()).toEqual(keysAt([map]));
  });

  test("of a host, too", () => {
    const names = tableOf(SETTINGS, "Setting of a host").map(([name]) => codes(name)[0] ?? "");
    expect(names).toEqual(["host", "user", "port", "name", "roles"]);
  });

  test("of a task, too", () => {
    const names = tableOf(SETTINGS, "Setting of a task").map(([name]) => codes(name)[0] ?? "");
    expect(names.toSorted()).toEqual(keysAt(["tasks", "prepare"]));
    const both = tableOf(SETTINGS, "Setting of a task").filter(([, , meaning]) => !meaning?.includes("Not for `build`"));
    expect(both.map(([name]) => codes(name)[0] ?? "").toSorted()).toEqual(keysAt(["tasks", "build"]));
  });

  test("and the points of tasks", () => {
    const points = tableOf(SETTINGS, "Point").map(([name]) => codes(name)[0] ?? "");
    expect(points.toSorted()).toEqual(keysAt(["tasks"]));
  });

  test("have the defaults that are told", () => {
    const config = resolved("{ app: shop, root: /srv/shop, environments: { one: { hosts: [web1] } } }", "one");
    const [host] = config.hosts;
    for (const [name, , told] of rows) {
      const path = codes(name)[0] ?? "";
      const said = codes(told)[0];
      const value = said === undefined ? undefined : valueAt({ ...config, ...host }, path);
      if (value === undefined || path.startsWith("source") || path.startsWith("ssh")) continue;
      expect(`${path}: ${shown(value)}`).toBe(`${path}: ${inSeconds(said ?? "")}`);
    }
    expect(config.source).toEqual({ kind: "git", repository: "/srv", ref: "HEAD" });
  });

  test("and what is done about missing shared entries is told", () => {
    const told = tableOf(SETTINGS, "`whenMissing`").map(([name, what]) => [
      codes(name)[0],
      what?.match(/default for (\w+)/u)?.[1],
    ]);
    expect(told).toEqual([
      ["fail", "files"],
      ["create", "directories"],
      ["seed", undefined],
      ["skip", undefined],
    ]);
    const text = "{ app: shop, root: /srv/shop, shared: { dirs: [a], files: [b] }, environments: { one: { hosts: [web1] } } }";
    expect(resolved(text, "one").hosts[0]?.shared.map(({ whenMissing }) => whenMissing)).toEqual(["create", "fail"]);
  });
});

/** The keys that the schema knows at a path, as it tells them of one that it does not know. */
function keysAt(path: readonly (string | number)[]): string[] {
  const wrong = path
    .toReversed()
    .reduce<unknown>((inner, step) => (step === 0 ? [inner] : { [step]: inner }), { "no such key": 1 });
  const issue = v
    .safeParse(written, wrong)
    .issues?.find(({ type, path: at }) => type === "never" && at?.length === path.length + 1);
  return (issue?.expected === "never" ? issue.message : "").split(" ").toSorted();
}

function resolved(text: string, environment: string): ResolvedConfig {
  const loaded = readConfig(text, { file: "/srv/symlink-helper.yaml", environment });
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics));
  return loaded.config;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}

function shown(value: unknown): string {
  if (Array.isArray(value) || typeof value === "object") return "empty";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function inSeconds(told: string): string {
  if (told === "[]" || told === "{}") return "empty";
  const [, number = "", unit = ""] = /^(\d+)([sm])$/u.exec(told) ?? [];
  return number === "" ? told : String(Number(number) * (unit === "m" ? 60 : 1));
}

test("the exit codes are those that there are", () => {
  const told = tableOf(README, "Code").map(([code]) => Number(code));
  const helped = rootHelp("symlink-helper", commands)
    .split("\n")
    .flatMap((line) => /^ {2}(\d+) /.exec(line)?.[1] ?? []);
  const all = Object.values(ExitCode).toSorted((a, b) => a - b);
  expect(told.toSorted((a, b) => a - b)).toEqual(all);
  expect(helped.map(Number)).toEqual(all);
});

describe("on this machine", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "symlink-helper-readme-"));
    const git = (...args: string[]): void => void execFileSync("git", args, { cwd: directory });
    mkdirSync(join(directory, "scratch/shared"), { recursive: true });
    writeFileSync(join(directory, ".gitignore"), "scratch\n");
    writeFileSync(join(directory, "symlink-helper.yaml"), LOCAL);
    git("init", "--quiet");
    git("add", ".");
    git("-c", "user.name=Ann", "-c", "user.email=ann@localhost", "commit", "--quiet", "--message=One");
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const cli = (...args: string[]): ReturnType<typeof runCli> =>
    runCli([...args, "--config", join(directory, "symlink-helper.yaml")], {
      api: createApi(realPorts()),
      env: { API_TOKEN: "hush hush" },
      loadConfig: configurationReader(),
    });

  test("the commands of the day work, in the order in which they are told", async () => {
    expect(await cli("setup", "local")).toMatchObject({ code: 0, stderr: "" });
    writeFileSync(join(directory, "scratch/shared/.env"), "A=1\n");
    expect(await cli("plan", "local")).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(directory, "scratch/current"))).toBe(false);
    for (const line of [["deploy"], ["status"], ["deploy", "--force", "-m", "Fix the login"], ["rollback"], ["history"]]) {
      expect({ line, ...(await cli(...line, "local")) }).toMatchObject({ line, code: 0, stderr: "" });
    }
  });

  test("tasks find the variables that are told, and no other of ours", () => {
    const told = tableOf(SETTINGS, "Variable").map(([name]) => codes(name)[0] ?? "");
    const found = readFileSync(join(directory, "scratch/variables"), "utf8").match(/^SLH_\w+/gmu) ?? [];
    expect(told.toSorted()).toEqual(found.toSorted());
    const build = readFileSync(join(directory, "scratch/current/build-environment"), "utf8").match(/^SLH_\w+/gmu) ?? [];
    expect(build.toSorted()).toEqual(["SLH_ENVIRONMENT", "SLH_POINT"]);
  });

  test("the report has the fields that are told, and no other", async () => {
    const report = JSON.parse((await cli("deploy", "local", "--force", "--json")).stdout) as Report;
    const told = tableOf(REPORT, "Field").flatMap(([names]) => codes(names));
    const own = Object.keys(report).map((name) => (name === "hosts" ? "hosts[]" : name));
    const ofHosts = Object.keys(report.hosts[0] ?? {}).map((name) => `hosts[].${name === "phases" ? "phases[]" : name}`);
    expect(told.toSorted()).toEqual([...own, ...ofHosts].toSorted());
    const phases = tableOf(REPORT, "Field").find(([name]) => name === "`hosts[].phases[]`")?.[1];
    expect(codes(phases)).toEqual(Object.keys(report.hosts[0]?.phases[0] ?? {}));
  });

  test("what is in a release and beside it is what is told", () => {
    for (const path of ["REVISION", ".release.json", ".env"])
      expect(existsSync(join(directory, "scratch/current", path))).toBe(true);
    expect(existsSync(join(directory, "scratch/.symlink-helper"))).toBe(true);
  });
});

const LOCAL = `app: shop
root: ./scratch
shared: { dirs: [log], files: [.env] }
tasks:
  build: env > build-environment
  prepare: env > "$SLH_ROOT/variables"
  failed: exit 1
environments: { local: { hosts: [local] } }
`;
