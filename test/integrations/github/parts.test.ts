import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wordsOf } from "../../../integrations/github/command-line.ts";
import { programEnvironment } from "../../../integrations/github/environment.ts";
import type { Inputs } from "../../../integrations/github/inputs.ts";
import { makePrivate, removePrivate } from "../../../integrations/github/leftovers.ts";
import { outputsOf } from "../../../integrations/github/outputs.ts";
import { maskedLines, parseSecrets } from "../../../integrations/github/secrets.ts";
import { sshConfigText } from "../../../integrations/github/ssh-config.ts";
import { strangers } from "../../../integrations/github/trust.ts";

let scratch = "";
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), "slh-parts-"))));
afterAll(() => rmSync(scratch, { recursive: true }));

const NOTHING: Inputs = {
  command: "deploy",
  environment: "",
  config: "",
  workingDirectory: "",
  ref: "",
  directory: "",
  archive: "",
  sha256: "",
  from: "",
  release: "",
  hosts: [],
  role: [],
  wait: "",
  message: "",
  args: [],
  sshPrivateKey: "",
  knownHosts: "",
  sshConfig: "",
  secrets: "",
  letStrangers: false,
};
const told = { report: "/r", summary: "" };

describe("the command line", () => {
  test("each value is one word, whatever is in it", () => {
    const words = wordsOf(
      { ...NOTHING, environment: "production", ref: "-x --force", message: "a 'b'; $(c)\nd", args: ["--force", "a b"] },
      told,
    );
    expect(words).toEqual([
      "deploy",
      "production",
      "--ref=-x --force",
      "--message=a 'b'; $(c)\nd",
      "--force",
      "a b",
      "--ci=github",
      "--report=/r",
    ]);
  });

  test("a release is an option or a word, as the command has it", () => {
    expect(wordsOf({ ...NOTHING, command: "rollback", release: "r" }, told)).toContain("--to=r");
    expect(wordsOf({ ...NOTHING, command: "pin", release: "r", environment: "e" }, told).slice(0, 3)).toEqual(["pin", "r", "e"]);
    expect(wordsOf({ ...NOTHING, command: "lock release" }, told).slice(0, 2)).toEqual(["lock", "release"]);
  });

  test.each([
    [{ command: "exec" }],
    [{ command: "deploy --force" }],
    [{ command: "constructor" }],
    [{ command: "deploy", release: "r" }],
    [{ environment: "--json" }],
    [{ args: ["--ci=none"] }],
    [{ args: ["--ci", "none"] }],
    [{ args: ["--report=/x"] }],
  ])("%j is refused", (more) => expect(() => wordsOf({ ...NOTHING, ...more }, told)).toThrow());
});

describe("secrets", () => {
  test("a line each, or several lines between a word and itself", () => {
    const text = "\nA=1 = 2 \r\n B=x\nC<<END\none\n\n  B=two\nEND\nD=END\n";
    expect(parseSecrets(text)).toEqual({ A: "1 = 2 ", B: "x", C: "one\n\n  B=two", D: "END" });
  });

  test.each([
    "A",
    "1A=x",
    "A-B=x",
    "A=",
    "A<<END\nx",
    "A<<\nx",
    "PATH=/x",
    "NODE_OPTIONS=-r x",
    "GITHUB_ENV=x",
    "SLH_SSH_CONFIG=x",
    "LD_PRELOAD=x",
  ])("%j is refused, and its value not said", (text) => {
    const said = ((): string => {
      try {
        return JSON.stringify(parseSecrets(text));
      } catch (error) {
        return String(error);
      }
    })();
    expect(said).toMatch(/^Refusal: (?!.*\/x)/u);
  });

  test("a key behind a name without end words is refused, and none of its lines said, not even one that looks like a name", () => {
    const keys = ["A=one\nQUJDREVGR0g=", "A=one\nQUJDREVGR0g<<x"];
    for (const text of keys) expect(() => parseSecrets(text)).toThrow(/^(?!.*QUJD).*ine 2 of `secrets`/u);
  });

  test("each line is hidden, but short ones of several", () => {
    expect(maskedLines("a\r\nlonger\n{\n  indented  \n")).toEqual(["longer", "indented"]);
    expect([maskedLines("ab\n"), maskedLines(" \n")]).toEqual([["ab"], []]);
  });
});

describe("whose code it is", () => {
  const head = (full_name: string): object => ({ pull_request: { head: { repo: { full_name } } } });
  const run = (event: string, full_name: string): object => ({ workflow_run: { event, head_repository: { full_name } } });
  test.each([
    ["push", {}, true],
    ["schedule", null, true],
    ["workflow_dispatch", {}, true],
    ["pull_request", head("acme/shop"), true],
    ["pull_request", head("stranger/shop"), false],
    ["pull_request", { pull_request: { head: { repo: null } } }, false],
    ["pull_request", null, false],
    ["pull_request_review", head("stranger/shop"), false],
    ["pull_request_target", head("acme/shop"), false],
    ["pull_request_target", null, false],
    ["workflow_run", run("push", "acme/shop"), true],
    ["workflow_run", run("pull_request", "acme/shop"), true],
    ["workflow_run", run("pull_request", "stranger/shop"), false],
    ["workflow_run", run("pull_request_target", "stranger/shop"), false],
    ["workflow_run", run("pull_request_target", "acme/shop"), false],
    ["workflow_run", run("issue_comment", "acme/shop"), false],
    ["workflow_run", null, false],
    ["issue_comment", { issue: { pull_request: {} } }, false],
    ["issue_comment", { issue: {} }, true],
    ["issue_comment", null, false],
  ])("%s %j: ours is %s", (name, payload, ours) => {
    expect(strangers({ name, payload, repository: "acme/shop" }) === null).toBe(ours);
  });
});

test("the program has the environment of the step, without what is the action's alone", () => {
  const env = {
    PATH: "/bin",
    GITHUB_SHA: "x",
    GITHUB_STEP_SUMMARY: "s",
    "INPUT_SSH-PRIVATE-KEY": "k",
    GITHUB_ENV: "e",
    ACTIONS_RUNTIME_TOKEN: "t",
    STATE_pid: "1",
  };
  expect(programEnvironment(env, { A: "b" })).toEqual({ PATH: "/bin", GITHUB_SHA: "x", GITHUB_STEP_SUMMARY: "s", A: "b" });
});

describe("the ssh_config of a job, as ssh reads it", () => {
  const asked = (text: string, host: string): Record<string, string> => {
    const file = join(scratch, "config");
    writeFileSync(file, text);
    const { stdout, stderr } = spawnSync("ssh", ["-T", "-F", file, "-G", "--", host], { encoding: "utf8" });
    expect(stderr).toBe("");
    return Object.fromEntries(stdout.split("\n").map((line) => [line.replace(/ .*/u, ""), line.replace(/^\S+ /u, "")]));
  };
  const put = (name: string, text: string): string => {
    writeFileSync(join(scratch, name), text);
    return join(scratch, name);
  };

  test("its key and known hosts come first, what the project says of a host holds besides", () => {
    const one = put(
      "one",
      "Host web1\n  HostName 192.0.2.1\n  Port 2201\n  ProxyJump gate\n  UserKnownHostsFile /dev/null\nHost gate\n  User keeper\n",
    );
    const other = put("other", "Host *\n  Port 2202\n");
    const files = {
      key: join(scratch, "a 100% key"),
      knownHosts: join(scratch, "known"),
      own: put("own", "Host *\n  User deployer\n"),
    };
    const text = sshConfigText(files, [
      { host: "web1", configFile: one },
      { host: "web2", configFile: other },
    ]);
    expect(asked(text, "web1")).toMatchObject({
      hostname: "192.0.2.1",
      port: "2201",
      user: "deployer",
      proxyjump: "gate",
      identitiesonly: "yes",
      userknownhostsfile: files.knownHosts,
      globalknownhostsfile: "/dev/null",
      stricthostkeychecking: "true",
      batchmode: "yes",
    });
    expect(asked(text, "web1")["identityfile"]).toMatch(/a 100%+ key$/u);
    expect(asked(text, "web2")).toMatchObject({ hostname: "web2", port: "2202" });
    expect(asked(sshConfigText({ ...files, own: null }, [{ host: "web1", configFile: one }]), "gate")["user"]).toBe("keeper");
  });
});

test("only what is ours is removed, whatever a state file says", () => {
  const env = { RUNNER_TEMP: scratch };
  const made = makePrivate(env);
  writeFileSync(join(made, "key"), "");
  for (const other of ["", "/", scratch, join(scratch, "one"), join(made, ".."), tmpdir()]) removePrivate(other, env);
  expect(existsSync(join(made, "key"))).toBe(true);
  removePrivate(made, env);
  removePrivate(made, env);
  expect([existsSync(made), existsSync(scratch)]).toEqual([false, true]);
});

test("without a report, outputs say what the exit code says", () => {
  const missing = join(scratch, "no-report");
  expect(outputsOf(missing, 3, 7)).toMatchObject({
    outcome: "locked",
    "exit-code": "3",
    "duration-ms": "7",
    report: "",
    changed: "false",
  });
  expect(outputsOf(missing, 137, 7)).toMatchObject({ outcome: "partial", "exit-code": "137", changed: "true" });
});
