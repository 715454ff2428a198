import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Known } from "../../src/completion/complete.ts";
import { remember } from "../../src/completion/kept.ts";
import { readKnown } from "../../src/completion/known.ts";
import { completionScript } from "../../src/completion/scripts.ts";
import { SHELLS } from "../../src/completion/shells.ts";
import { fakeWorld, runCli } from "../cli/world.ts";
import { run } from "../../src/cli/run.ts";

const known: Known = {
  environments: [
    { name: "production", hosts: ["web1", "web2"], roles: ["jobs"], commands: ["console"], logs: ["app"], shared: [".env"] },
    { name: "it's", hosts: ["web3"] },
  ],
  releases: { production: ["20261123T114502Z", "20261120T090000Z"], "it's": ["20261101T000000Z"] },
};

async function answers(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runCli(["__complete", ...args], { known });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.split("\n").slice(0, -1);
}

describe("what may stand where one is typing", () => {
  test("the names of CI systems, and files where something is to be written", async () => {
    expect(await answers("zsh", "deploy", "--ci", "")).toEqual(["auto", "github", "gitlab", "jenkins", "none"]);
    for (const option of ["--report", "--junit", "--summary", "--dotenv", "--links"])
      expect(await answers("zsh", "deploy", option, "")).toEqual([":files"]);
  });

  test.each([
    [
      ["deploy", ""],
      ["production\tenvironment", "it's\tenvironment"],
    ],
    [["deploy", "production", ""], []],
    [
      ["deploy", "--", ""],
      ["production\tenvironment", "it's\tenvironment"],
    ],
    [
      ["rollback", "production", "--to", ""],
      ["20261123T114502Z\trelease", "20261120T090000Z\trelease"],
    ],
    [["rollback", "it's", "--to="], ["--to=20261101T000000Z\trelease"]],
    [
      ["pin", "20261120T090000Z", ""],
      ["production\tenvironment", "it's\tenvironment"],
    ],
    [["pin", "it's", ""], ["20261101T000000Z\trelease"]],
    [
      ["lock", "production", ""],
      ["status", "acquire", "release"],
    ],
    [
      ["status", "production", "--hosts", ""],
      ["web1\thost", "web2\thost"],
    ],
    [["deploy", "it's", "--hosts=!"], ["--hosts=!web3\thost"]],
    [
      ["deploy", "production", "--hosts", "web1,!"],
      ["web1,!web1\thost", "web1,!web2\thost"],
    ],
    [["deploy", "--role", ""], ["jobs\trole"]],
    [["lock", "acquire", "-m", ""], []],
    [
      ["lock", "acquire", "-m", "why", ""],
      ["production\tenvironment", "it's\tenvironment"],
    ],
    [["--json", "--wait", "5m", "unpin", "it's", ""], ["20261101T000000Z\trelease"]],
    [["status", "--config", ""], [":files"]],
    [["--config="], [":files"]],
    [["nonsense", ""], []],
    [
      ["ssh", "production", ""],
      ["web1\thost", "web2\thost"],
    ],
    [
      ["ssh", "web1", ""],
      ["production\tenvironment", "it's\tenvironment"],
    ],
    [
      ["exec", "--host", ""],
      ["web1\thost", "web2\thost", "web3\thost"],
    ],
    [["exec", "production", "--role="], ["--role=jobs\trole"]],
    [["logs", "production", ""], ["app\tlog"]],
    [["run", "production", ""], ["console\tcommand"]],
    [
      ["shared", "production", ""],
      ["list", "put", "get", "diff"],
    ],
    [
      ["shared", "put", ""],
      [".env\tshared", "production\tenvironment", "it's\tenvironment"],
    ],
    [["shared", "production", "put", ""], [".env\tshared"]],
    [["shared", "put", ".env", "--from", ""], [":files"]],
    [
      ["completions", ""],
      ["bash", "zsh", "fish"],
    ],
  ])("%j", async (words, expected) => {
    expect(await answers("zsh", ...words)).toEqual(expected);
  });

  test("every command and help where no command stands yet, and the options of each", async () => {
    expect((await answers("fish", "")).map((line) => line.split("\t")[0])).toEqual(
      expect.arrayContaining(["init", "deploy", "help"]),
    );
    const options = (await answers("fish", "prune", "-")).map((line) => line.split("\t")[0]);
    expect(options).toEqual(expect.arrayContaining(["--keep", "--dry-run", "--json", "--help"]));
    expect(options).not.toContain("--ref");
    expect((await answers("fish", "--")).map((line) => line.split("\t")[0])).not.toContain("--keep");
  });

  // bash replaces what stands behind the last character that breaks words for it.
  test.each([
    ["symlink-helper deploy pro", ["production"]],
    ["symlink-helper deploy i", [String.raw`it\'s`]],
    ["symlink-helper deploy 'i", [String.raw`it'\''s`]],
    ['symlink-helper deploy "i', ["it's"]],
    [String.raw`symlink-helper deploy it\'`, [String.raw`it\'s`]],
    ["symlink-helper  rollback --to=20261120T0", ["20261120T090000Z"]],
    ["'./a path/symlink-helper' lock production st", ["status"]],
    ["symlink-helper deploy x", []],
  ])("in bash: %s", async (line, expected) => {
    expect(await answers("bash", line, " \t\n\"'><=;|&(:")).toEqual(expected);
  });

  test("in bash where a colon and an equals sign break no words", async () => {
    expect(await answers("bash", "symlink-helper rollback --to=20261120T0", " \t\n")).toEqual(["--to=20261120T090000Z"]);
  });
});

const NAMES = { hosts: [], roles: [], commands: [], logs: [], shared: [] };

describe("what completions know", () => {
  let place: string;
  beforeEach(() => void (place = mkdtempSync(join(tmpdir(), "slh-known-"))));
  afterEach(() => rmSync(place, { recursive: true }));
  const write = (text: string): void => writeFileSync(join(place, "symlink-helper.yaml"), text);
  const read = (): Promise<Known> => readKnown(place, null, join(place, "cache"));

  test.each([
    [
      "one that is right",
      `{ commands: { x: a }, shared: { dirs: [log], files: [.env] }, environments: { a: { logs: { app: b }, hosts:
        [web1, { host: 'ann@10.0.0.[1:2]', name: 'app[1:2]' }, 'edge-[a:b]:22', ann@web2.example.org:22, { host: "deploy@[::1]:22" }, { host: ann@web3, name: db, roles: [jobs, web], commands: { y: b } }],
        shared: { files: [{ path: key }] } } } }`,
      [
        {
          name: "a",
          hosts: ["web1", "app1", "app2", "edge-a", "edge-b", "web2.example.org", "::1", "db"],
          roles: ["jobs", "web"],
          commands: ["x", "y"],
          logs: ["app"],
          shared: [".env", "log", "key"],
        },
      ],
    ],
    [
      "one with mistakes in it",
      "nonsense: 1\nenvironments: { a: { hosts: 3 }, b: null }",
      ["a", "b"].map((name) => ({ name, hosts: [], roles: [], commands: [], logs: [], shared: [] })),
    ],
    ["one that is none", "environments: [", []],
    ["a list", "- a", []],
    ["nothing", "", []],
    ["bytes", "\0", []],
  ])("is read from a configuration: %s", async (_, text, environments) => {
    write(text);
    expect((await read()).environments).toEqual(environments);
  });

  test("are ids that commands saw, newest first, without those that are gone, for this person alone", async () => {
    write("environments: { a: { hosts: [web1] } }");
    const file = join(place, "symlink-helper.yaml");
    const seen = { file, environment: "a", names: NAMES, gone: [], all: false };
    await remember({ ...seen, releases: ["3", "1"], all: true }, join(place, "cache"));
    await remember({ ...seen, releases: ["4", "\u001b[31m"], gone: ["1"] }, join(place, "cache"));
    expect((await read()).releases).toEqual({ a: ["4", "3"] });
    expect(statSync(join(place, "cache/completions")).mode & 0o077).toBe(0);
  });

  test("of a configuration that would have to be run are names that a command saw in it, by environment", async () => {
    const file = join(place, "symlink-helper.ts");
    writeFileSync(file, "throw new Error('was run');");
    const names = { ...NAMES, hosts: ["web1"], commands: ["console"], logs: ["app"], shared: [".env"] };
    await remember({ file, environment: "a", names, releases: ["3"], gone: [], all: true }, join(place, "cache"));
    const later = { ...names, hosts: ["web1", "web2", "\u001b[31m"] };
    await remember({ file, environment: "a", names: later, releases: [], gone: [], all: false }, join(place, "cache"));
    await remember({ file, environment: "b", names: NAMES, releases: [], gone: [], all: false }, join(place, "cache"));
    expect(await read()).toEqual({
      environments: [
        { name: "a", ...names, hosts: ["web1", "web2"] },
        { name: "b", ...NAMES },
      ],
      releases: { a: ["3"], b: [] },
    });
  });

  test("are the hosts of a list elsewhere, as a command read it", async () => {
    write("environments: { a: { hosts: { command: ./list } } }");
    const file = join(place, "symlink-helper.yaml");
    const names = { ...NAMES, hosts: ["web1"], roles: ["jobs"] };
    await remember({ file, environment: "a", names, releases: [], gone: [], all: false }, join(place, "cache"));
    expect((await read()).environments).toEqual([{ ...names, name: "a" }]);
  });

  test("is nothing where there is no configuration, and no failure where the cache cannot be written or read", async () => {
    expect(await readKnown("/", null, place)).toEqual({ environments: [], releases: {} });
    writeFileSync(join(place, "cache"), "");
    await remember({ file: "/a", environment: "a", names: NAMES, releases: ["1"], gone: [], all: true }, join(place, "cache"));
    expect(readFileSync(join(place, "cache"), "utf8")).toBe("");
  });

  test.each([
    ["deploy", ["20261123T114502Z", "20261120T090000Z"]],
    ["releases", []],
    ["lock", []],
  ])("is kept by %s", async (command, expected) => {
    const { world, remembered } = fakeWorld([command]);
    await run(world);
    expect(remembered).toMatchObject([
      { environment: "production", names: { hosts: ["web1", "web2", "web3", "db1"], roles: ["web", "db"] }, releases: expected },
    ]);
  });
});

test.each(SHELLS)("completions %s prints the script, and nothing else", async (shell) => {
  expect(await runCli(["completions", shell])).toEqual({ code: 0, stdout: completionScript(shell), stderr: "" });
});

test("completions of another shell are refused", async () => {
  expect(await runCli(["completions", "tcsh"])).toMatchObject({ code: 2, stderr: expect.stringContaining("bash, zsh, fish") });
});
