import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import type { CommandContext } from "../../src/api.ts";
import { createApi, realPorts } from "../../src/index.ts";

let directory: string;
const path = (...parts: string[]): string => join(directory, ...parts);
const current = (...parts: string[]): string => path("app/current", ...parts);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "symlink-helper-hostile-root-"));
  mkdirSync(path("site/var/cache"), { recursive: true });
  writeFileSync(path("site/index.html"), "hello");
  writeFileSync(path("site/settings"), "what is set");
  writeFileSync(path("site/var/cache/warm"), "warm");
});
afterEach(() => rmSync(directory, { recursive: true }));

const api = createApi(realPorts());
/** A deploy of a site that differs from the one before. */
async function deployAnew(settings: object = {}): Promise<string> {
  writeFileSync(path("site/version"), `${Math.random()}`);
  const report = await api.deploy(contextOf(settings), {});
  expect(report).toMatchObject({ outcome: "deployed" });
  return report.release ?? "";
}

describe("a file that somebody changed to something else in a sealed release", () => {
  test("P10: a link to the same content does not pass for it, and what it leads to keeps mode and time", async () => {
    await deployAnew();
    writeFileSync(path("outside"), "what is set");
    chmodSync(path("outside"), 0o600);
    utimesSync(path("outside"), 1000, 1000);
    rmSync(current("settings"));
    symlinkSync(path("outside"), current("settings"));
    await deployAnew();
    expect(lstatSync(current("settings")).isFile()).toBe(true);
    expect(statSync(path("outside"))).toMatchObject({ mtimeMs: 1_000_000, mode: 0o100600 });
  });

  test.each(["settings", "moved"])("a pipe is not waited for, and not carried on (%s)", async (name) => {
    await deployAnew();
    rmSync(current("settings"));
    execFileSync("mkfifo", [current("settings")]);
    if (name !== "settings") {
      rmSync(path("site/settings"));
      writeFileSync(path("site", name), "what is set");
    }
    await deployAnew();
    expect(lstatSync(current(name)).isFile()).toBe(true);
  });

  test("a directory is not carried on", async () => {
    await deployAnew();
    rmSync(current("settings"));
    mkdirSync(current("settings/in/the/way"), { recursive: true });
    await deployAnew();
    expect(lstatSync(current("settings")).isFile()).toBe(true);
  });
});

test.each(["var", "var/below"])("P9: a link of the tree is not made writable, nor what it leads to (%s)", async (writable) => {
  mkdirSync(path("foreign"));
  writeFileSync(path("foreign/private"), "", { mode: 0o400 });
  rmSync(path("site/var"), { recursive: true });
  symlinkSync(path("foreign"), path("site/var"));
  const report = await api.deploy(contextOf({ permissions: { writable: [writable] } }), {});
  expect(report.hosts[0]?.error).toMatchObject({ kind: "preflight", message: expect.stringContaining("var in the tree") });
  expect(statSync(path("foreign/private")).mode).toBe(0o100400);
  expect(readdirSync(path("foreign"))).toEqual(["private"]);
});

test("P7: what became writable since does not count as missing from an older release", async () => {
  const first = await deployAnew();
  const settings = { permissions: { writable: ["var/cache"] } };
  await deployAnew(settings);
  const report = await api.rollback(contextOf(settings), {});
  expect(report).toMatchObject({ outcome: "rolled-back", release: first, warnings: [] });
});

describe("a link that somebody set to a place that is no release", () => {
  test("P6: a release that `current` leads into is not pruned", async () => {
    const first = await deployAnew();
    await deployAnew();
    symlinkSync(`releases/${first}/var`, path("app/new"));
    execFileSync("mv", ["-fT", path("app/new"), path("app/current")]);
    const [foretold, report] = [
      await api.prune(contextOf(), { keep: 1, dryRun: true }),
      await api.prune(contextOf(), { keep: 1 }),
    ];
    expect([foretold.hosts[0]?.wouldPrune ?? [], report.hosts[0]?.pruned].flat()).not.toContain(first);
    expect(report.warnings).toEqual([]);
    expect(existsSync(current("cache/warm"))).toBe(true);
  });
});

test("an interrupt while a host is being reached is no defect of ours", async () => {
  const ports = realPorts();
  const stop = new AbortController();
  const connect: typeof ports.connect = (address) => {
    stop.abort();
    return ports.connect(address);
  };
  const report = await createApi({ ...ports, connect }).deploy({ ...contextOf(), signal: stop.signal }, {});
  expect(report).toMatchObject({ outcome: "interrupted", hosts: [{ error: null }] });
  expect(existsSync(path("app"))).toBe(false);
});

describe("things among the locks that are none", () => {
  test("are left alone, and lock nobody out", async () => {
    await deployAnew();
    for (const name of ["junk", "gabcdefghi", "g00000009x"]) writeFileSync(path("app/.symlink-helper/locks", name), "");
    symlinkSync("nothing", path("app/.symlink-helper/locks/gzzzzzzzzz"));
    await deployAnew();
    const status = await api.status(contextOf());
    expect(status.hosts[0]).toMatchObject({ lock: null, error: null });
    expect(readdirSync(path("app/.symlink-helper/locks"))).toEqual(expect.arrayContaining(["junk", "gabcdefghi", "gzzzzzzzzz"]));
  });

  test("are named where they are in the way", async () => {
    await deployAnew();
    mkdirSync(path("app/.symlink-helper/locks/g000000002"));
    const report = await api.deploy(contextOf(), {});
    const message = expect.stringMatching(/g000000002 is in the way/);
    expect(report).toMatchObject({ outcome: "failed", hosts: [{ error: { kind: "preflight", message } }] });
    expect(readdirSync(path("app/.symlink-helper/locks/g000000002"))).toEqual([]);
  });
});

function contextOf(settings: object = {}): CommandContext {
  const written = {
    app: "shop",
    root: "app",
    grace: 0,
    source: { directory: "site" },
    environments: { local: { hosts: ["local"] } },
    ...settings,
  };
  const loaded = readConfig(JSON.stringify(written), { file: path("symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const who = { env: process.env, by: "ann@laptop", origin: "laptop" };
  return { config: loaded.config, emit: () => undefined, signal: new AbortController().signal, ...who };
}
