import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { readConfig } from "../../src/config/read.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import { type Api, type CommandContext, createApi, type Ports, realPorts, type Report } from "../../src/index.ts";
import { parseFacts } from "../../src/plan/facts.ts";
import { planHost } from "../../src/plan/host-plan.ts";
import { makeTree } from "../../src/tree/digest.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "symlink-helper-problems-"));
  for (const path of ["site", "one", "two", "three/shared", "four/shared"]) mkdirSync(join(directory, path), { recursive: true });
  writeFileSync(join(directory, "site/index.html"), "hello");
  for (const name of ["three", "four"]) writeFileSync(join(directory, name, "shared/.env"), "");
});
afterEach(() => rmSync(directory, { recursive: true }));

// Which of them has the lowest root id, and is asked first, is left to chance.
test.each(Array.from({ length: 4 }, (_, round) => round))("P9: what is in the way on any host is told at once (%i)", async () => {
  mkdirSync(join(directory, "four/current"));
  const report = await deploy(["one", "two", "three", "four"]);
  expect(report.outcome).toBe("failed");
  expect(report.hosts.map(({ error }) => error?.kind)).toEqual(["preflight", "preflight", undefined, "preflight"]);
  expect(report.hosts.map(({ error }) => error?.message ?? "")).toEqual([
    expect.stringContaining("one/shared/.env does not exist"),
    expect.stringContaining("two/shared/.env does not exist"),
    "",
    expect.stringContaining("four/current is not a symbolic link"),
  ]);
  for (const name of ["one", "two", "three"]) expect(readdirSync(join(directory, name))).not.toContain("current");
});

test("P9: and nothing holds a lock after it", async () => {
  await deploy(["one", "two"]);
  for (const name of ["one", "two"]) {
    mkdirSync(join(directory, name, "shared"), { recursive: true });
    writeFileSync(join(directory, name, "shared/.env"), "");
  }
  expect(await deploy(["one", "two"])).toMatchObject({ outcome: "deployed", warnings: [] });
});

test.each([
  ["several hosts", ["web1", "web2"], {}, true],
  ["one host", ["web1"], {}, false],
  ["hosts that need not go back", ["web1", "web2"], { confirm: "keep" }, false],
  ["this machine among others", ["local", "web2"], {}, false],
])("P5: %s that kill what a session leaves behind", (_, [first = "", ...others], more, told) => {
  const written = { app: "shop", root: "/srv/shop", environments: { all: { hosts: [first, ...others] } }, ...more };
  const loaded = readConfig(JSON.stringify(written), { file: "/x/symlink-helper.yaml" });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const facts = parseFacts(["user deploy", "killed-at-logout"].map(bytesOf));
  const [host] = loaded.config.hosts;
  if (host === undefined) throw new Error("no host");
  const stamp = { at: "", by: "", run: "", generation: 1, command: "deploy", origin: "" };
  const { obstacles } = planHost(loaded.config, host, makeTree([], 0), facts, stamp);
  expect(obstacles.map(({ code }) => code)).toEqual(told ? ["killed-at-logout"] : []);
});

test("a computer whose clock cannot be right deploys nothing", async () => {
  const now = (): Date => new Date("+011020-12-02T17:40:36Z");
  await expect(deploy(["three"], { now })).rejects.toThrow("The clock of this computer is wrong");
  expect(readdirSync(join(directory, "three"))).toEqual(["shared"]);
});

test("a shell of this machine that cannot start our program is not said to have a start-up file", async () => {
  const failureWith = async (program: string | null): Promise<unknown> => {
    const programs = mkdtempSync(join(directory, "programs-"));
    if (program !== null) writeFileSync(join(programs, "dd"), program, { mode: 0o755 });
    vi.stubEnv("PATH", programs);
    const { hosts } = await api().status(contextOf(["one"]));
    vi.unstubAllEnvs();
    return hosts[0]?.error;
  };
  const remedy = expect.stringContaining("Install it") as unknown;
  expect(await failureWith(null)).toMatchObject({ kind: "preflight", message: expect.stringContaining("dd: not found"), remedy });
  const unlikely = expect.not.stringContaining("start-up file") as unknown;
  expect(await failureWith("#!/bin/sh\n:\n")).toMatchObject({ kind: "start-up-noise", remedy: unlikely });
});

test("more hosts than Node allows listeners are no leak", async () => {
  const warned: Error[] = [];
  const listen = (warning: Error): void => void warned.push(warning);
  process.on("warning", listen);
  const names = Array.from({ length: 12 }, (_, index) => `host${index}`);
  for (const name of names) {
    mkdirSync(join(directory, name, "shared"), { recursive: true });
    writeFileSync(join(directory, name, "shared/.env"), "");
  }
  expect((await deploy(names)).outcome).toBe("deployed");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listen);
  expect(warned).toEqual([]);
}, 120_000);

function deploy(names: readonly string[], ports: Partial<Ports> = {}): Promise<Report> {
  return api(ports).deploy(contextOf(names), {});
}

function api(ports: Partial<Ports> = {}): Api {
  return createApi({ ...realPorts(), ...ports });
}

function contextOf(names: readonly string[]): CommandContext {
  const context = { config: configOf(names), emit: () => undefined, signal: new AbortController().signal };
  return { ...context, env: process.env, by: "ann@laptop", origin: "laptop" };
}

/** Several app roots of this machine, as if each was a host. */
function configOf(names: readonly string[]): ResolvedConfig {
  const hosts = names.map((name) => ({ host: "local", name, root: `./${name}` }));
  const written = {
    app: "shop",
    source: { directory: "site" },
    shared: { files: [".env"] },
    tasks: { prepare: "true", beforeSwitch: "true", afterSwitch: "true" },
    environments: { all: { hosts } },
  };
  const loaded = readConfig(JSON.stringify(written), { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  return loaded.config;
}
