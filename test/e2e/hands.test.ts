import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root as checkout } from "../../scripts/files.mjs";
import { runCommand } from "../hosts/command.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, type FleetHost, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

const COMMANDS = {
  console: 'echo "console:"; printf "<%s>"',
  "cache:clear": { run: 'echo "cleared on $SLH_HOST at $SLH_POINT"; pwd', on: "first" },
  both: { run: 'printf "%s/%s\\n" "$2" "$1"', in: "root", on: "job" },
  token: { run: 'echo "it is $SHOP_TOKEN"', secrets: ["SHOP_TOKEN"] },
  broken: "exit 7",
};

/** What is running on a host besides its sshd. */
function left(host: FleetHost): string[] {
  return host.processes().map(({ args }) => args);
}

describeHosts("hands on three hosts", () => {
  let fleet: Fleet;
  let project: Project;
  /** Where the hosts have their spools. */
  let spools: string;
  beforeAll(async () => {
    spools = mkdtempSync(join(tmpdir(), "slh-hands-"));
    fleet = await startFleet({ hosts: 3, proxied: true, sshdOptions: { SetEnv: `TMPDIR=${spools}` } });
    project = openProject({ fleet });
    configure();
    expect((await project.slh(["deploy"])).code).toBe(0);
  });
  afterAll(async () => {
    project?.close();
    await fleet?.stop();
    rmSync(spools, { recursive: true });
  });

  function configure(): void {
    const [one, two, three] = project.hosts;
    project.configure({
      commands: COMMANDS,
      env: { COLOUR: "red" },
      logs: { app: "shared/log/app.log", web: `${project.appRoot}/web.log` },
      lease: "4s",
      environments: {
        production: { hosts: [one, { host: two, roles: ["job"] }, three], ssh: { config: fleet.sshConfigFile } },
      },
    });
  }

  async function quiet(): Promise<void> {
    await until("nothing runs on any host", () => fleet.hosts.every((host) => left(host).length === 0));
    expect(readdirSync(spools)).toEqual([]);
  }

  test("exec: several words are literal arguments, in the live release, labelled, and the codes are summed up", async () => {
    const ran = await project.slh(["exec", "--", "printf", "%s|", "a b", "it's", "$HOME", "", "*"]);
    for (const host of project.hosts) expect(ran.stdout).toContain(`${host} | a b|it's|$HOME||*|\n`);
    expect(ran.stdout).toContain("3 of 3 hosts ended with 0");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const here = await project.json(["exec", "--", "/bin/pwd", "-P"]);
    const release = live(project.roots[0] ?? "");
    for (const host of here.hosts) expect(host.output).toBe(`${project.appRoot}/releases/${release}\n`);
  });

  test("exec: one word is shell text, which finds the environment of tasks", async () => {
    const text = 'echo "$COLOUR $SLH_HOST $SLH_ACTION $SLH_RELEASE" | tr a-z A-Z; test "$SLH_HOST" != web2';
    const ran = await project.json(["exec", "--", text]);
    const release = live(project.roots[0] ?? "");
    expect(ran.code).toBe(1);
    expect(ran.hosts.map(({ host, code, output }: Json) => [host, code, output])).toEqual(
      project.hosts.map((host) => [host, host === "web2" ? 1 : 0, `RED ${host.toUpperCase()} EXEC ${release}\n`]),
    );
    const table = await project.slh(["exec", "--", text]);
    expect(table.stdout).toMatch(/2 of 3 hosts ended with 0\n.*\n +web1 +0 .*\n +web2 +1 .*\n +web3 +0 /);
  });

  test("exec: only where it was asked for, and in the place that was", async () => {
    const some = await project.json(["exec", "--role", "job", "--host", "web1", "--in", "root", "--", "pwd"]);
    expect(some.hosts.map(({ host, output }: Json) => [host, output])).toEqual([
      ["web1", `${project.appRoot}\n`],
      ["web2", `${project.appRoot}\n`],
    ]);
    expect(await project.json(["exec", "--host", "wbe1", "--", "pwd"])).toMatchObject({
      code: 2,
      error: { kind: "no-such-host", remedy: expect.stringContaining("Did you mean `web1`?") },
    });
    const gone = await project.json(["exec", "--in", "20200101T000000Z", "--", "pwd"]);
    expect([gone.code, gone.hosts[0].code, gone.hosts[0].error.message]).toEqual([
      1,
      null,
      "There is no release 20200101T000000Z here.",
    ]);
    expect((await project.json(["exec", "--in", "../..", "--", "pwd"])).code).toBe(2);
  });

  test("P10: what hosts print moves no cursor and shows no secret", async () => {
    const env = { SHOP_TOKEN: "open sesame" };
    const evil = String.raw`printf 'open sesame \033]0;title\007\033[2J\r\nbidi \342\200\256 end\n'`;
    for (const args of [
      ["exec", "--", evil],
      ["run", "token"],
    ]) {
      for (const more of [[], ["--json"], ["--events"]]) {
        const { stdout, stderr } = await project.slh([...args.slice(0, 1), ...more, ...args.slice(1)], { env });
        expect(stdout + stderr).toContain("***");
        expect(stdout + stderr).not.toContain("sesame");
        expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      }
    }
  });

  test("exec takes no lock and leaves nothing, a deploy that runs at the same time is not in its way", async () => {
    const slow = project.slh(["exec", "--", "echo begun; sleep 5; echo ended"]);
    await until("it runs", () => left(fleet.host("web1")).some((args) => args.includes("sleep 5")));
    expect((await project.slh(["deploy", "--force"])).code).toBe(0);
    const { code, stdout } = await slow;
    expect([code, stdout.match(/\| ended/g)?.length]).toEqual([0, 3]);
    await quiet();
  });

  test("a time limit stops the command with all it started", async () => {
    const ran = await project.json(["exec", "--timeout", "1", "--", "echo so far; sleep 1234 & sleep 1234"]);
    expect(ran.code).toBe(1);
    for (const host of ran.hosts) expect(host).toMatchObject({ output: "so far\n", error: { kind: "task-timeout" } });
    await quiet();
  });

  test("Ctrl-C stops it everywhere: exit code 130", async () => {
    let said = "";
    const ran = await project.slh(["exec", "--", "echo here; sleep 1234"], {
      play: (child) =>
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (said.match(/\| here/g)?.length !== 3) return;
          said = "";
          child.kill("SIGINT");
        }),
    });
    expect(ran.code).toBe(130);
    await quiet();
  });

  test("a host that is away fails alone, and is told with what to do", async () => {
    await fleet.host("web3").powerOff();
    const ran = await project.slh(["exec", "--", "echo here"]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("web1 | here\n");
    expect(ran.stdout).toContain("web2 | here\n");
    expect(ran.stdout).toMatch(/web3 +-/);
    expect(ran.stdout).toContain("web3 (");
    await fleet.host("web3").boot();
  });

  test("run: a command by its name, where its `on` says, with literal arguments", async () => {
    const shown = await project.slh(["run"]);
    expect(shown.stdout).toMatch(/cache:clear +web1 /);
    const first = await project.json(["run", "cache:clear"]);
    expect(first.hosts.map(({ host, output }: Json) => [host, output.split("\n")[0]])).toEqual([
      ["web1", "cleared on web1 at run"],
    ]);
    const words = ["a b", "$x", "it's"];
    const appended = await project.json(["run", "production", "console", "--host", "web3", "--", ...words]);
    expect(appended.hosts[0].output).toBe("console:\n<a b><$x><it's>\n");
    const taken = await project.json(["run", "both", "--", "a b", "$x"]);
    expect(taken.hosts.map(({ host, output, directory }: Json) => [host, output, directory])).toEqual([
      ["web2", "$x/a b\n", project.appRoot],
    ]);
    expect(await project.json(["run", "broken"])).toMatchObject({ code: 1, hosts: [{ code: 7 }, { code: 7 }, { code: 7 }] });
  });

  test("run: what is not there is told before any host is asked", async () => {
    expect(await project.json(["run", "cache:claer"])).toMatchObject({
      code: 2,
      error: { kind: "no-such-command", remedy: expect.stringContaining("Did you mean `cache:clear`?") },
    });
    expect(await project.json(["run", "token"])).toMatchObject({ code: 2, error: { kind: "secret-missing" } });
    expect(await project.json(["run", "both", "--host", "web1"])).toMatchObject({ code: 2, error: { kind: "no-such-host" } });
    // A deploy does not need the secrets of commands.
    expect((await project.slh(["deploy"])).code).toBe(0);
  });

  test("ssh: a shell in the live release or the root of one host, whose exit code is ours", async () => {
    const type = `cd "$1" && shift && printf '%s\\n' 'echo "at $PWD"; exit 9' | "$@"`;
    const words = ["/bin/sh", "-c", type, "sh", project.directory, process.execPath, join(checkout, "bin/symlink-helper"), "ssh"];
    const shell = async (args: string): Promise<Json> => runCommand([...words, ...args.split(" ").filter((word) => word !== "")]);
    const release = live(project.roots[0] ?? "");
    expect(await shell("web2")).toMatchObject({
      code: 9,
      stdout: expect.stringContaining(`at ${project.appRoot}/releases/${release}\n`),
    });
    expect(await shell("production web3 --root")).toMatchObject({
      code: 9,
      stdout: expect.stringContaining(`at ${project.appRoot}\n`),
    });
    expect(await shell("")).toMatchObject({ code: 2, stderr: expect.stringContaining("web1, web2, web3") });
    expect(await shell("wbe1")).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean `web1`?") });
    expect(await shell("web1 --json")).toMatchObject({ code: 2 });
  });

  describe("logs", () => {
    const log = (at: number): string => join(project.roots[at] ?? "", "shared/log/app.log");
    beforeAll(() => {
      for (const at of [0, 1, 2]) mkdirSync(join(project.roots[at] ?? "", "shared/log"), { recursive: true });
    });

    /** Follows, does one thing after the other as soon as the words before it were said, then stops it, if by a signal. */
    async function following(
      args: readonly string[],
      steps: readonly [string, () => unknown][],
      signal: NodeJS.Signals | null = "SIGINT",
    ): Promise<Json> {
      let said = "";
      const todo = [...steps];
      return project.slh(["logs", ...args], {
        env: { SHOP_TOKEN: "open sesame" },
        play: (child) => {
          const hear = (chunk: Buffer): void => {
            said += chunk.toString();
            while (todo[0] !== undefined && said.includes(todo[0][0])) void todo.shift()?.[1]();
            if (todo.length > 0 || child.killed || signal === null) return;
            child.kill(signal);
          };
          child.stdout.on("data", hear);
          child.stderr.on("data", hear);
        },
      });
    }

    test("of all hosts at once, labelled, rotated and waited for, until Ctrl-C, which is a good end", async () => {
      writeFileSync(log(0), "zero\none\n");
      writeFileSync(log(1), "uno\n");
      rmSync(log(2), { force: true });
      const ended = await following(
        ["app", "--lines", "1"],
        [
          ["web1 | one\n", () => undefined],
          ["web2 | uno\n", () => undefined],
          ["web3: warning: There is no app", () => writeFileSync(log(2), "drei open sesame \u001b[2Jx\n")],
          ["web3 | drei *** x\n", () => renameSync(log(0), `${log(0)}.1`)],
          ["", () => writeFileSync(log(0), "fresh\n")],
          ["web1 | fresh\n", () => appendFileSync(log(1), "dos\n")],
          ["web2 | dos\n", () => undefined],
        ],
      );
      expect([ended.code, ended.stdout.includes("zero"), ended.stdout.includes("sesame")]).toEqual([0, false, false]);
      await quiet();
    });

    test("several logs of a host are told apart", async () => {
      writeFileSync(join(project.roots[0] ?? "", "web.log"), "GET /\n");
      const ended = await project.slh(["logs", "--host", "web1", "--no-follow"]);
      expect([ended.code, ended.stderr]).toEqual([0, ""]);
      expect(ended.stdout).toContain("web1 app | fresh\n");
      expect(ended.stdout).toContain("web1 web | GET /\n");
      const document = await project.json(["logs", "app", "--host", "web1", "--no-follow"]);
      expect(document.hosts[0].logs).toEqual([{ name: "app", count: 1, lines: ["fresh"], problem: null }]);
      const missing = await project.slh(["logs", "web", "--host", "web2", "--no-follow"]);
      expect(missing.stderr).toMatch(/^web2: warning: There is no web \(\S+web\.log\)\.\n$/);
    });

    test("a host that goes away is told, and the others go on", async () => {
      const ended = await following(
        ["app"],
        [
          ["web3 | ", () => fleet.host("web3").powerOff()],
          ["web3: failed", () => appendFileSync(log(0), "still here\n")],
          ["web1 | still here\n", () => undefined],
        ],
      );
      await fleet.host("web3").boot();
      expect(ended.stdout).toContain("web1 | still here\n");
      // What a machine that loses its power cannot clear away, it clears when it boots: that is what /tmp is.
      for (const name of readdirSync(spools)) rmSync(join(spools, name), { recursive: true });
      await quiet();
    });

    test("P5: a controller that is killed, or a network that is cut, leaves nothing on the host", async () => {
      await following(["app"], [["web1 | ", () => undefined]], "SIGKILL");
      await quiet();
      const cut = following(["app", "--host", "web2"], [["web2 | ", () => fleet.host("web2").proxy.cut()]], null);
      await until("the host has noticed", () => left(fleet.host("web2")).filter((args) => !args.startsWith("sshd")).length === 0);
      expect(await cut).toMatchObject({ code: 1, stderr: expect.stringContaining("web2: failed") });
      fleet.host("web2").proxy.mend();
      await quiet();
    });

    test("what is not configured is told with what is", async () => {
      expect(await project.json(["logs", "ap", "--no-follow"])).toMatchObject({
        code: 2,
        error: { kind: "no-such-log", remedy: expect.stringContaining("Did you mean `app`? There are: app, web.") },
      });
    });
  });
});
