import { afterEach, beforeEach, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const GITHUB = { GITHUB_ACTIONS: "true" };

/** Obeys a log as GitHub's runner does: behind white space at the start of a line, and `##[…]` anywhere in it. */
function runner(log: string): { readonly obeyed: readonly string[]; readonly shown: string; readonly stopped: boolean } {
  const obeyed: string[] = [];
  const shown: string[] = [];
  let stopped: string | null = null;
  for (const line of log.split("\n")) {
    const [, name = "", data = ""] = /^\s*::([\w-]+)(?: [^:]*)?::(.*)$/u.exec(line) ?? [];
    const old = /##\[/u.test(line);
    if (stopped !== null && name !== stopped) shown.push(line);
    else if (name === "stop-commands") stopped = data;
    else if (name !== "" && name === stopped) stopped = null;
    else if (name !== "" || old) obeyed.push(line.trim());
    else shown.push(line);
  }
  return { obeyed, shown: shown.join("\n"), stopped: stopped !== null };
}

const HOSTILE = String.raw`printf '::error::owned\n  ::add-mask::e\n##[error]owned\nx ##[add-mask]e\n::stop-commands::x\n::endgroup::\n\033[0Ksection_end:1:slh_1_connect\r\033[0K\n'`;

test("GitHub: a group for each phase, and nothing that a host prints is obeyed", async () => {
  project.configure({ tasks: { build: HOSTILE, prepare: HOSTILE, afterSwitch: HOSTILE, finish: HOSTILE } });
  const { code, stdout, stderr } = await project.slh(["deploy"], { env: GITHUB });
  expect([code, stderr]).toEqual([0, ""]);
  const { obeyed, shown, stopped } = runner(stdout);
  expect(stopped).toBe(false);
  const groups = obeyed.filter((line) => line.startsWith("::group::"));
  expect(groups).toEqual(expect.arrayContaining(["::group::build", "::group::prepare", "::group::switch", "::group::finish"]));
  expect(new Set(groups).size).toBe(groups.length);
  expect(obeyed.filter((line) => !line.startsWith("::group::"))).toEqual(groups.map(() => "::endgroup::"));
  expect(shown).toContain("local | ::error::owned");
  // It would be safe without the word that switches commands off, too.
  expect(stdout).not.toMatch(/^\s*::(?:error|add-mask)|##\[/mu);
  expect(new Set(stdout.match(/(?<=::stop-commands::).+/gu)).size).toBeGreaterThan(2);
});

test("GitHub: what failed is an annotation, with its place in a configuration, and the exit code stays", async () => {
  project.configure({ tasks: { prepare: `${HOSTILE}; exit 3` } });
  const failed = await project.slh(["deploy"], { env: GITHUB });
  expect(failed.code).toBe(1);
  const errors = runner(failed.stdout).obeyed.filter((line) => line.startsWith("::error"));
  expect(errors).toEqual([expect.stringMatching(/^::error title=local%3A prepare::The prepare task .*%0A/u)]);

  project.configure({ roto: "/x", keep: "many" });
  const wrong = await project.slh(["deploy"], { env: { ...GITHUB, GITHUB_WORKSPACE: `${project.directory}/..` } });
  expect(wrong.code).toBe(2);
  const places = runner(wrong.stdout).obeyed;
  expect(places).toHaveLength(2);
  for (const place of places)
    expect(place).toMatch(/^::error title=Configuration,file=my shop\/symlink-helper\.yaml,line=\d+,col=\d+::/u);
  const looked = await project.slh(["status"], { env: GITHUB });
  expect([looked.code, looked.stdout]).toEqual([2, ""]);
  expect(looked.stderr).toContain("::error title=Configuration,");
});

test("P10: GitHub is told every line of every secret to hide, on standard error alone; nobody else is told", async () => {
  const env = { KEY: "-----BEGIN-----\nabcd1234\n{\nefgh5678\n", TOKEN: "100% secret" };
  project.configure({ tasks: { prepare: { run: 'printf "%s\\n" "$KEY" "$TOKEN"', secrets: ["KEY", "TOKEN"] } } });
  const { code, stdout, stderr } = await project.slh(["deploy"], { env: { ...env, ...GITHUB } });
  expect(code).toBe(0);
  expect(stderr.trim().split("\n")).toEqual([
    "::add-mask::-----BEGIN-----",
    "::add-mask::abcd1234",
    "::add-mask::efgh5678",
    "::add-mask::100%25 secret",
  ]);
  expect(stdout).not.toMatch(/abcd1234|efgh5678|100%/u);
  for (const [args, more] of [
    [["--ci", "github"], {}],
    [["--ci", "none"], GITHUB],
    [[], { GITLAB_CI: "true" }],
  ] as const) {
    const other = await project.slh(["deploy", "--force", ...args], { env: { ...env, ...more } });
    expect(other.stdout + other.stderr).not.toMatch(/abcd1234|efgh5678|100%/u);
  }
});

test("what was asked for stays alone on standard output", async () => {
  await project.slh(["deploy"]);
  const { stdout } = await project.slh(["deploy", "--force", "--json"], { env: GITHUB });
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "deployed" });
  const status = await project.slh(["status"], { env: GITHUB });
  expect(status.stdout).not.toContain("::");
});

test("GitLab: sections that begin and end as often, and none of a host", async () => {
  project.configure({ tasks: { prepare: HOSTILE } });
  const { code, stdout } = await project.slh(["deploy"], { env: { GITLAB_CI: "true" } });
  expect(code).toBe(0);
  const mark = /\u001b\[0Ksection_(start|end):\d+:([\w.-]+)\r\u001b\[0K/gu;
  const marks = [...stdout.matchAll(mark)].map(([, kind = "", name = ""]) => `${kind} ${name}`);
  const names = marks.filter((each) => each.startsWith("start ")).map((each) => each.slice(6));
  expect(names.length).toBeGreaterThan(4);
  expect(marks).toEqual(names.flatMap((name) => [`start ${name}`, `end ${name}`]));
  expect(stdout.replaceAll(mark, "")).not.toContain("\u001b");
});

test("Jenkins: a heading for each phase; `--ci` says otherwise", async () => {
  const env = { JENKINS_URL: "https://jenkins" };
  const { stdout } = await project.slh(["deploy"], { env });
  expect(stdout).toMatch(/^== connect ==\nlocal: connect/mu);
  const plain = await project.slh(["deploy", "--force", "--ci", "none"], { env });
  expect(plain.stdout).not.toContain("==");
  expect(await project.slh(["deploy", "--ci", "travis"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("wants one of auto, github, gitlab, jenkins, none"),
  });
});
