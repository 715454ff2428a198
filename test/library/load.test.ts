import { mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api, createContext, HostFailure, loadConfig, UserError } from "../../src/index.ts";
import type { Event } from "../../src/index.ts";

const GOOD = "app: shop\nroot: ./scratch\nsource: { directory: site }\nenvironments: { local: { hosts: [local] } }\n";

let directory = "";
beforeAll(() => void (directory = realpathSync(mkdtempSync(join(tmpdir(), "slh-library-")))));
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => {
  rmSync(directory, { recursive: true });
  mkdirSync(join(directory, "site/deep"), { recursive: true });
  writeFileSync(join(directory, "site/index.html"), "one");
});

function write(text: string, name = "symlink-helper.yaml"): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

describe("a program finds its configuration", () => {
  test("in the directory or above it, and in a file, absolute or relative to the directory", async () => {
    const file = write(GOOD);
    for (const where of [{ directory: join(directory, "site/deep") }, { file }, { directory, file: "symlink-helper.yaml" }])
      expect((await loadConfig(where)).config).toMatchObject({ app: "shop", environment: "local", file });
  });

  test("written as a program, with an environment of its choice", async () => {
    write(
      "export default ({ env }) => ({ app: env.NAME, root: '/srv/a', environments: { one: { hosts: ['local'] } } });",
      "a.mjs",
    );
    expect((await loadConfig({ directory, file: "a.mjs", env: { NAME: "from outside" } })).config.app).toBe("from outside");
  });

  test("or is told all that is wrong with it, with places", async () => {
    const file = write("app: 7\nrot: /srv\nenvironments: { local: { hosts: [local] } }\n");
    const error = await loadConfig({ file }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UserError);
    for (const part of [`${file}:1:6`, `${file}:2:1`, "root"]) expect((error as UserError).message).toContain(part);
  });

  test("or that there is none, that it has no such environment, or that a directory has no commits", async () => {
    await expect(loadConfig({ directory: "/" })).rejects.toThrow("There is no symlink-helper.yaml in /");
    write(GOOD);
    await expect(loadConfig({ directory, environment: "prod" })).rejects.toThrow(UserError);
    await expect(loadConfig({ directory, ref: "v1" })).rejects.toThrow(UserError);
  });
});

describe("a program's context", () => {
  test("has a default for everything", async () => {
    const loaded = await loadConfig({ file: write(GOOD) });
    const context = createContext(loaded);
    expect(context).toMatchObject({ config: loaded.config, env: process.env, caller: { config: loaded.config.file } });
    expect([context.by, context.origin].every((text) => text.length > 0)).toBe(true);
    expect(context.signal.aborted).toBe(false);
  });

  test("tells who deploys as CI systems do, unless it is told otherwise", async () => {
    const loaded = await loadConfig({ file: write(GOOD) });
    const env = { GITLAB_CI: "true", GITLAB_USER_LOGIN: "ann", CI_JOB_URL: "https://ci.example.org/1" };
    expect(createContext(loaded, { env })).toMatchObject({ by: "ann", origin: "https://ci.example.org/1", env });
    expect(createContext(loaded, { env, by: "a bot", origin: "here", wait: 3 })).toMatchObject({
      by: "a bot",
      origin: "here",
      config: { wait: 3 },
    });
  });

  test("tells the warnings of the configuration as events", () => {
    const events: Event[] = [];
    const loaded = { config: { wait: 0 } as never, warnings: ["look here"] };
    createContext(loaded, { emit: (event) => void events.push(event) });
    expect(events).toEqual([{ kind: "warning", host: null, text: "look here" }]);
  });

  test("is all that the commands need: setup, plan, deploy, status, history, rollback, verify, config", async () => {
    const events: Event[] = [];
    const context = createContext(await loadConfig({ file: write(GOOD) }), { emit: (event) => void events.push(event) });
    expect((await api.setup(context)).outcome).toBe("done");
    expect((await api.plan(context, {})).outcome).toBe("deploy");
    const first = await api.deploy(context, { message: "one" });
    writeFileSync(join(directory, "site/index.html"), "two");
    const second = await api.deploy(context, {});
    expect([first.outcome, second.outcome, second.previous]).toEqual(["deployed", "deployed", first.release]);
    expect(events.filter(({ kind }) => kind === "switched")).toHaveLength(2);
    expect((await api.rollback(context, {})).release).toBe(first.release);
    expect(readlinkSync(join(directory, "scratch/current"))).toBe(`releases/${first.release}`);
    expect((await api.status(context)).hosts[0]).toMatchObject({ live: first.release });
    expect((await api.history(context)).rows.map(({ result }) => result)).toEqual(["deployed", "deployed", "rolled back"]);
    expect((await api.verify(context)).hosts[0]).toMatchObject({ release: first.release, error: null });
    expect(JSON.stringify(await api.config(context))).toContain("symlink-helper.yaml");
    await expect(api.rollback(context, { to: "20990101T000000Z" })).rejects.toThrow(UserError);
  });
});

test("a program can tell a host's failure from the user's mistake", () => {
  const failure = new HostFailure({ host: "web1", kind: "unreachable", message: "m", remedy: "r" });
  expect([failure instanceof UserError, failure.host, failure.kind]).toEqual([false, "web1", "unreachable"]);
});
