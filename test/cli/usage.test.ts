import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/routes.ts";
import { runCli, transcript } from "./world.ts";

describe("help", () => {
  test("lists every command", async () => {
    expect(await transcript(["--help"])).toMatchSnapshot();
  });

  test.each(commands.map((command) => command.name))("of %s", async (name) => {
    expect(await transcript([name, "--help"])).toMatchSnapshot();
  });

  test.each([
    ["a letter", ["deploy", "-h"], "deploy"],
    ["before the command", ["--help", "deploy"], "deploy"],
    ["among other words, wrong ones too", ["deploy", "a", "b", "--nonsense", "--help"], "deploy"],
    ["as a command", ["help", "deploy"], "deploy"],
  ])("is shown for %s", async (_, args, command) => {
    expect(await runCli(args)).toEqual(await runCli([command, "--help"]));
  });

  test("as a command without another shows all", async () => {
    expect(await runCli(["help"])).toEqual(await runCli(["--help"]));
  });

  test("behind -- is an environment", async () => {
    expect((await runCli(["status", "--", "--help"])).stdout).toContain("no host could be asked");
  });

  test("fits a terminal of 80 columns", async () => {
    const pages = await Promise.all([runCli(["--help"]), ...commands.map(({ name }) => runCli([name, "--help"]))]);
    expect(pages.flatMap((page) => page.stdout.split("\n")).filter((line) => line.length > 80)).toEqual([]);
  });

  test("has examples that are understood", async () => {
    for (const command of commands) {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) {
        const words = [...example.type.replace(/ > .*/, "").matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
        expect({ example: example.type, code: (await runCli(words)).code }).toEqual({ example: example.type, code: 0 });
      }
    }
  });
});

test.each([[["--version"]], [["deploy", "--version"]]])("%j shows the version", async (args) => {
  expect(await runCli(args)).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
});

describe("a wrong command line ends with 2, the reason and what to type", () => {
  test.each([
    [[]],
    [["--json"]],
    [["--constructor"]],
    [["deplyo", "production"]],
    [["constructor"]],
    [["__proto__"]],
    [["xyzzy"]],
    [["deploy", "--forse"]],
    [["prune", "--dry-rnu"]],
    [["prune", "--DRY-RUN-x"]],
    [["deploy", "--constructor"]],
    [["deploy", "--no-force"]],
    [["deploy", "-x"]],
    [["deploy", "production", "web1"]],
    [["deploy", ""]],
    [["deploy", "--ref", ""]],
    [["deploy", "--ref"]],
    [["deploy", "--ref", "--force"]],
    [["deploy", "--ref", "a", "--ref", "b"]],
    [["deploy", "--wait", "soon"]],
    [["deploy", "--wait=-1"]],
    [["prune", "--keep", "0"]],
    [["prune", "--keep", "1e3", "--wait", "x"]],
    [["pin"]],
    [["pin", "production"]],
    [["rollback", "--dry-run"]],
    [["lock", "acquire"]],
    [["lock", "aquire", "-m", "why"]],
    [["lock", "relase", "--force"]],
    [["lock", "production", "aquire"]],
    [["lock", "acquire", "-m", "why", "--force"]],
    [["deploy", "--json", "--events"]],
    [["deploy", "--quiet", "--verbose"]],
  ])("%j", async (args) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(2);
    if (!args.includes("--json")) expect(stdout).toBe("");
    expect(stderr).toMatchSnapshot();
  });

  test.each([
    ["deploy", "-q", " Did you mean `--quiet`?"],
    ["deploy", "-v", " Did you mean `--verbose`?"],
    ["status", "-V", " Did you mean `--version`?"],
    ["deploy", "-n", " Did you mean `--dry-run`?"],
    ["rollback", "-n", " Where a rollback would go is shown by `status`."],
    ["logs", "-n", " Did you mean `--lines`?"],
    ["status", "-n", ""],
    ["deploy", "-f", " Did you mean `--force`?"],
    ["logs", "-f", ""],
    ["status", "-e", " The environment is a word of its own, without an option."],
    ["rollback", "-t", " Did you mean `--to`?"],
    ["exec", "-r", " Did you mean `--role` or `--report`?"],
    ["status", "-y", " Did you mean `--yes`?"],
    ["status", "-z", ""],
    ["status", "-qz", " Did you mean `--quiet`?"],
  ])("%s %s is told what it may have meant", async (command, letter, says) => {
    const { code, stderr } = await runCli([command, letter]);
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no option \`-${letter.slice(1, 2)}\`.${says}\n`);
  });

  test("and with --json a report on standard output", async () => {
    const { code, stdout } = await runCli(["deploy", "--forse", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      command: "deploy",
      outcome: "invalid",
      hosts: [],
      error: { kind: "usage" },
    });
  });

  test("and with --events the same as the last event", async () => {
    const { stdout } = await runCli(["--events", "deploy", "--forse"]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      kind: "ended",
      report: { outcome: "invalid", error: { kind: "usage" } },
    });
  });
});
