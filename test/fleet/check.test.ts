import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { findProgram } from "../hosts/machine.ts";
import { type CheckDocument, type CommandContext, createApi, type Ports, realPorts } from "../../src/index.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "symlink-helper-check-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Settings, what was done on the host before, and the codes that are found; those of warnings in parentheses. */
const FOUND: readonly [string, object, (root: string) => void, readonly string[]][] = [
  ["nothing, where nothing is wrong", {}, () => undefined, []],
  ["a shared file that is not there", { shared: { files: [".env"] } }, () => undefined, ["shared-missing"]],
  ["a directory at current", {}, (root) => mkdirSync(join(root, "current"), { recursive: true }), ["current-not-a-link"]],
  [
    "a foreign current",
    {},
    (root) => (mkdirSync(join(root, "old"), { recursive: true }), symlinkSync("old", join(root, "current"))),
    ["(foreign-current)"],
  ],
  ["what is no release", {}, (root) => mkdirSync(join(root, "releases/.old copy"), { recursive: true }), ["(foreign)"]],
  ["a file in place of the root", {}, (root) => writeFileSync(root, ""), ["not-a-directory"]],
  [
    "programs of tasks",
    { tasks: { prepare: ["no-such-npm ci", "echo"], failed: "no-such-mail" } },
    () => undefined,
    ["program-missing", "program-missing"],
  ],
  [
    "what taking back would need",
    { tasks: { beforeSwitch: { run: "true", undo: "no-such-npm back" } } },
    () => undefined,
    ["program-missing"],
  ],
  [
    "none of tasks for others",
    {
      tasks: {
        prepare: [
          { run: "no-such-npm", on: "web" },
          { run: "no-such-rake", on: "jobs" },
        ],
      },
    },
    () => undefined,
    ["program-missing"],
  ],
  [
    "the program that a reload stands for, whatever is reloaded",
    { tasks: { afterSwitch: { reload: { pm2: "it's $(id) a shop" } } } },
    () => undefined,
    findProgram("pm2") === undefined ? ["program-missing"] : [],
  ],
  ["a shell of tasks", { shell: "/no/such/bash", tasks: { prepare: "echo" } }, () => undefined, ["task-shell"]],
  ["a user of tasks", { tasks: { finish: { run: "echo", as: "no-such-user" } } }, () => undefined, ["sudo"]],
];

test.each(FOUND)("check finds %s", async (_, settings, arrange, codes) => {
  arrange(join(directory, "one"));
  const before = readdirSync(directory, { recursive: true });
  const { ok, controller, hosts } = await check(settings, [role("one")]);
  expect(hosts[0]?.findings.map(({ level, code }) => (level === "problem" ? code : `(${code})`))).toEqual(codes);
  expect({ ok, ofHost: hosts[0]?.ok, controller }).toEqual({
    ok: codes.every((code) => code.startsWith("(")),
    ofHost: ok,
    controller: [],
  });
  for (const { text, remedy } of hosts[0]?.findings ?? [])
    expect([text, remedy]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/./)]);
  expect(readdirSync(directory, { recursive: true })).toEqual(before);
});

const role = (name: string): object => ({ host: "local", name, root: `./${name}`, roles: ["jobs"] });
const web = (name: string): object => ({ host: "local", name, root: `./${name}`, roles: ["web"] });

describe("check tells", () => {
  test("of all hosts at once, those too that cannot be reached", async () => {
    const gone = { host: "127.0.0.1", port: 9, name: "gone", root: "/x" };
    const { ok, hosts } = await check({ shared: { files: [".env"] } }, [web("one"), gone, web("two")]);
    expect(ok).toBe(false);
    expect(hosts.map(({ host, findings, error }) => [host, findings.length, error?.kind ?? null])).toEqual([
      ["one", 1, null],
      ["gone", 0, "unreachable"],
      ["two", 1, null],
    ]);
  });

  test("how to put each shared file there that is missing", async () => {
    const { hosts } = await check({ shared: { files: [".env", "conf/my db.yml"] } }, [web("one")]);
    expect(hosts[0]?.findings.map(({ remedy }) => remedy.split("\n", 1)[0])).toEqual([
      "To put it there: symlink-helper shared put all .env --from FILE",
      "To put it there: symlink-helper shared put all 'conf/my db.yml' --from FILE",
    ]);
  });

  test("whether the app root is there, and that none is no problem", async () => {
    mkdirSync(join(directory, "two"));
    const { ok, hosts } = await check({}, [web("one"), web("two")]);
    expect([ok, hosts.map(({ about }) => about?.exists)]).toEqual([true, [false, true]]);
  });

  test("what this computer lacks", async () => {
    const tasks = { build: ["no-such-make all", "ls"], finish: { run: "true", secrets: ["NO_SUCH_SECRET"] } };
    const { ok, controller } = await check({ tasks }, [web("one")]);
    expect([ok, controller.map(({ code, text }) => [code, text.match(/no-such-make|NO_SUCH_SECRET/)?.[0]])]).toEqual([
      false,
      [
        ["secret-missing", "NO_SUCH_SECRET"],
        ["program-missing", "no-such-make"],
      ],
    ]);
  });

  test("of hosts that share one root, and of a hold", async () => {
    const api = createApi(realPorts());
    symlinkSync("one", join(directory, "two"));
    const hosts = [web("one"), web("two")];
    await api.lockAcquire(contextOf({}, [web("one")]), "the database is being moved");
    const found = await check({}, hosts);
    expect(found.hosts.map(({ findings }) => findings.map(({ level, code }) => `${level} ${code}`))).toEqual([
      ["problem locked"],
      ["problem locked", "remark shared-root"],
    ]);
    expect(found.hosts[0]?.findings[0]?.text).toContain("the database is being moved");
  });

  test.each([
    [3600, ["(clock)"]],
    [-3600, ["(clock)"]],
    [20, []],
  ])("a clock that is off by %i s", async (seconds, codes) => {
    const now = (): Date => new Date(Date.now() + seconds * 1000);
    const { ok, hosts } = await check({}, [web("one")], { now });
    expect(ok).toBe(true);
    expect(hosts[0]?.findings.map(({ code }) => `(${code})`)).toEqual(codes);
    expect(Math.abs((hosts[0]?.about?.clockAhead ?? 0) + seconds)).toBeLessThan(15);
  });
});

function check(settings: object, hosts: readonly object[], ports: Partial<Ports> = {}): Promise<CheckDocument> {
  return createApi({ ...realPorts(), ...ports }).check(contextOf(settings, hosts));
}

function contextOf(settings: object, hosts: readonly object[]): CommandContext {
  const written = { app: "shop", source: { directory: "." }, environments: { all: { hosts } }, ...settings };
  const last = { host: "local", name: "elsewhere", root: "./elsewhere", roles: ["web"] };
  if (JSON.stringify(settings).includes('"web"')) Object.assign(written.environments.all, { hosts: [...hosts, last] });
  const loaded = readConfig(JSON.stringify(written), { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const context = { config: loaded.config, emit: () => undefined, signal: new AbortController().signal };
  return { ...context, env: process.env, by: "ann@laptop", origin: "laptop" };
}
