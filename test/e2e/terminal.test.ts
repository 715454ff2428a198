import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root as checkout } from "../../scripts/files.mjs";
import { findProgram } from "../hosts/machine.ts";
import { live } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const program = join(checkout, "bin/symlink-helper");
/** Runs a command line in a terminal of 80 columns; gives all that the terminal got. */
function inTerminal(command: string, env: Readonly<Record<string, string>> = {}, input = ""): string {
  const { stdout } = spawnSync("script", ["--quiet", "--return", "--command", `stty cols 80; ${command}`, "/dev/null"], {
    cwd: project.directory,
    env: { ...process.env, TERM: "xterm-256color", ...env },
    encoding: "utf8",
    input,
  });
  return stdout;
}

/** What stands on the screen in the end: lines that were taken away again are not there. */
function screen(raw: string): string[] {
  const shown = raw.split("\r\n").map((line) => line.split("\u001b8").at(-1) ?? "");
  return shown.map((line) => line.replaceAll(/\u001b\[\??[0-9;]*[mlh]|\r/g, "").trimEnd());
}

describe.skipIf(findProgram("script") === undefined)("in a terminal", () => {
  const slh = (args: string): string => `'${program}' ${args}`;

  test("colours and a live line, and in the end the same facts as without", () => {
    project.configure({ tasks: { prepare: "echo installing; sleep 1.5; echo installed" } });
    const raw = inTerminal(slh("deploy -m 'why not'"));
    expect(raw).toContain("\u001b[");
    expect(raw).toMatch(/\.\.\. local: prepare/);
    const lines = screen(raw);
    expect(lines.join("\n")).toContain(`Deployed ${live(project.appRoot)} to production (local)`);
    for (const line of lines) expect([line, line.length <= 80]).toEqual([line, true]);
    expect(lines.join("\n")).not.toContain("...");
  });

  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }, ""],
    ["--no-color", {}, " --no-color"],
    ["TERM=dumb", { TERM: "dumb" }, ""],
  ])("no colour with %s", (_, env, option) => {
    expect(inTerminal(slh(`status${option}`), env)).not.toMatch(/\u001b\[[0-9;]*m/);
    expect(inTerminal(slh(`deploy --ref nonsense${option}`), env)).not.toMatch(/\u001b\[[0-9;]*m/);
  });

  test("tables fit the terminal or wrap by words; what is long is not cut off", async () => {
    await project.slh([
      "deploy",
      "-m",
      "a message that is much longer than any terminal of eighty columns can show in one line of a table",
    ]);
    const lines = screen(inTerminal(slh("releases")));
    for (const line of lines) expect([line, line.length <= 80]).toEqual([line, true]);
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain("of a table");
  });

  test("a question is asked on the terminal, and no is no", async () => {
    await project.slh(["deploy"]);
    await project.slh(["deploy", "--force"]);
    project.configure({ tasks: { afterSwitch: '[ "$SLH_ACTION" = return ]' } });
    await project.slh(["deploy", "--force"]);
    project.configure({});
    const before = live(project.appRoot);
    const refused = inTerminal(slh("rollback"), {}, "n\n");
    expect(screen(refused).join("\n")).toContain("[y/N]");
    expect(live(project.appRoot)).toBe(before);
    inTerminal(slh("rollback"), {}, "y\n");
    expect(live(project.appRoot)).not.toBe(before);
  });
});

describe("not in a terminal", () => {
  test("plain lines, each with the name of its host, no colour and nothing that is taken away again", async () => {
    project.configure({ tasks: { prepare: "printf 'one\\033[31mred\\007\\ntwo\\r\\n'" } });
    const { stdout, stderr } = await project.slh(["deploy", "--verbose"]);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(stdout).toMatch(/^local \| one.*red/m);
    expect(stdout).toMatch(/^local \| two$/m);
  });

  test("what a task prints keeps its order, standard error among it, also what comes without a line end or all at once", async () => {
    const count = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo out $i; echo err $i >&2; done";
    project.configure({ tasks: { prepare: `${count}; seq 20000; printf 'no line end'`, afterSwitch: "echo behind it" } });
    const { code, stdout } = await project.slh(["deploy", "--verbose"]);
    expect(code).toBe(0);
    const said = stdout.split("\n").flatMap((line) => (line.startsWith("local | ") ? [line.slice("local | ".length)] : []));
    const pairs = Array.from({ length: 300 }, (_, index) => [`out ${index + 1}`, `err ${index + 1}`]).flat();
    const numbers = Array.from({ length: 20_000 }, (_, index) => String(index + 1));
    expect(said).toEqual([...pairs, ...numbers, "no line end", "behind it"]);
  });

  test.each(["1", "true"])("colour where FORCE_COLOR=%s asks for it", async (value) => {
    expect((await project.slh(["status"], { env: { FORCE_COLOR: value } })).stdout).toContain("\u001b[");
    expect((await project.slh(["status"], { env: { FORCE_COLOR: value, NO_COLOR: "1" } })).stdout).not.toContain("\u001b[");
  });

  test("--quiet says only how it ended, --quiet --json only the document", async () => {
    const { stdout } = await project.slh(["deploy", "--quiet"]);
    expect(stdout.split("\n")[0]).toMatch(/^Deployed /);
    const { stdout: json, stderr } = await project.slh(["deploy", "--force", "--quiet", "--json"]);
    expect([JSON.parse(json).outcome, stderr]).toEqual(["deployed", ""]);
  });

  test("--events is a line for each event, the last of them the report", async () => {
    const { stdout } = await project.slh(["deploy", "--events"]);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ schema: 1, kind: "started", command: "deploy" });
    expect(events.at(-1)).toMatchObject({
      schema: 1,
      kind: "ended",
      report: { outcome: "deployed", release: live(project.appRoot) },
    });
    for (const { at } of events) expect(new Date(at).toISOString()).toBe(at);
  });

  test.each(["history", "status", "deploy --force", "--help", "deploy --force --json"])(
    "%s | head -1 ends well",
    async (args) => {
      await project.slh(["deploy"]);
      const script = `set -o pipefail; '${program}' ${args} | head -1 >/dev/null; echo "$?"`;
      const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: project.directory, encoding: "utf8" });
      expect(["0\n", stderr.includes("EPIPE")]).toEqual([stdout, false]);
    },
  );
});
