import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

/** What breaks whoever joins texts to a command: quotes, blanks, newlines, what shells expand, what looks like an option. */
const ODD = [
  "two words",
  "it's",
  'say "hi"',
  "$HOME ${HOME} $(id) `id`",
  "back\\slash \\n \\",
  "; touch /tmp/pwned &",
  "-rf --help",
  "*?[a-z]{1,2}~!#",
  "tab\there",
  "line one\nline two\n",
  "%s %d %%",
  "größe 日本 🚀",
  "a=b;c|d>e<f",
];

/** A few texts in which all of that is. */
const FEW = [ODD.filter((odd) => !odd.includes("\n")).join(" "), ...ODD.filter((odd) => odd.includes("\n")), "--force", "$x"];

/** Those that a file may be called. */
const NAMES = ODD.map((odd) => odd.replaceAll("/", "∕").trim());

let project: Project;
afterEach(() => project.close());

async function deploy(...args: string[]): Promise<Json> {
  const report = await project.json(["deploy", ...args]);
  expect(report, JSON.stringify(report)).toMatchObject({ code: 0, outcome: "deployed" });
  return report;
}

const current = (path: string): string => join(project.appRoot, "current", path);

test("P10: --message arrives as it is, in tasks, ledger, releases and history", async () => {
  project = openProject({ settings: { tasks: { prepare: 'printf %s "$SLH_MESSAGE" >message' } } });
  for (const message of FEW) {
    const { release } = await deploy("--force", `--message=${message}`);
    expect(readFileSync(current("message"), "utf8")).toBe(message);
    const { hosts } = await project.json(["releases"]);
    expect(hosts[0].releases.find(({ id }: Json) => id === release).message).toBe(message);
  }
  const { rows } = await project.json(["history"]);
  expect(rows.map(({ message }: Json) => message)).toEqual(FEW);
  // A person gets each in a line of its own.
  const { stdout } = await project.slh(["history"]);
  expect(stdout).toContain("größe 日本 🚀");
  expect(stdout).toContain(String.raw`line one\nline two\n`);
});

test("P10: values of env and tasks arrive as they are", async () => {
  const env = Object.fromEntries(ODD.map((odd, index) => [`ODD_${index}`, odd]));
  const prepare = ODD.map((odd, index) => ({
    run: `printf %s "$ODD_${index}" >env-${index}; printf %s "$OWN" >own-${index}`,
    env: { OWN: odd },
  }));
  const quoted = `cat >heredoc <<'END'\n${ODD.join("\n")}\nEND\n`;
  project = openProject({ settings: { env, tasks: { prepare: [...prepare, quoted] } } });
  await deploy();
  for (const [index, odd] of ODD.entries()) {
    expect([readFileSync(current(`env-${index}`), "utf8"), readFileSync(current(`own-${index}`), "utf8")]).toEqual([odd, odd]);
  }
  expect(readFileSync(current("heredoc"), "utf8")).toBe(`${ODD.join("\n")}\n`);
  expect(existsSync("/tmp/pwned")).toBe(false);
});

test("P10: file names are bytes, whatever they are, and arrive again when only some of them change", async () => {
  project = openProject();
  const bytes = (name: string): string => Buffer.from(name).toString("latin1");
  const latin = ["caf\xe9", "\xff\xfe", "\xc3("];
  const names = [...NAMES.map(bytes), ...latin, ".hidden", "with/deep \n er/path"];
  const content = (round: number): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, `${round} of ${name}`]));
  for (const round of [1, 2]) {
    project.write(content(round));
    project.commit();
    await deploy();
    for (const name of names) {
      const path = Buffer.concat([Buffer.from(`${current("")}/`), Buffer.from(name, "latin1")]);
      expect([name, readFileSync(path, "utf8")]).toEqual([name, `${round} of ${name}`]);
    }
  }
  const sent = readdirSync(current("."), { encoding: "latin1" }).toSorted();
  expect(sent).toEqual(expect.arrayContaining([...latin]));
});

test("--ref takes branches, tags, short and long commits, and names with odd characters; what it is is in REVISION", async () => {
  project = openProject();
  const first = project.git("rev-parse", "HEAD");
  project.git("tag", "--annotate", "--message", "a tag", "v1.0");
  project.git("switch", "--quiet", "--create", "feature/it's-$HOME;x(1)");
  project.write({ "index.html": "feature" });
  const second = project.commit();
  project.git("tag", "-m", "x", "größe-日本");
  project.git("switch", "--quiet", "main");
  const rows: [ref: string, revision: string][] = [
    ["main", first],
    ["v1.0", first],
    [first, first],
    [first.slice(0, 8), first],
    ["feature/it's-$HOME;x(1)", second],
    ["größe-日本", second],
    ["refs/heads/main", first],
    ["main~0", first],
    ["HEAD", first],
  ];
  for (const [ref, revision] of rows) {
    const report = await deploy("--force", "--ref", ref);
    expect([ref, report.revision]).toEqual([ref, revision]);
    expect(readFileSync(current("REVISION"), "utf8").trim()).toBe(revision);
  }
  for (const wrong of ["no-such", "0000000", "-x", "--upload-pack=touch /tmp/pwned", "main:index.html", "", " "]) {
    const report = await project.json(["deploy", `--ref=${wrong}`]);
    expect([wrong, report.code, report.outcome]).toEqual([wrong, 2, "invalid"]);
  }
  expect(existsSync("/tmp/pwned")).toBe(false);
});

describe("app roots", () => {
  test.each(FEW.map((odd) => odd.replaceAll("/", "∕").trim()))("P10: %j", async (name) => {
    project = openProject({
      root: name,
      settings: { shared: { dirs: [`log ${name}`], files: [{ path: `${name}.conf`, whenMissing: "create" }] } },
    });
    const first = await deploy();
    project.write({ "index.html": "two" });
    project.commit();
    await deploy();
    expect(await project.json(["rollback"])).toMatchObject({ code: 0, release: first.release });
    expect([live(project.appRoot), existsSync(current(`log ${name}`)), existsSync(current(`${name}.conf`))]).toEqual([
      first.release,
      true,
      true,
    ]);
    expect((await project.json(["status"])).hosts[0]).toMatchObject({ live: first.release, findings: [] });
  });
});

describeHosts("over ssh", () => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 1 })));
  afterAll(async () => fleet.stop());

  test("P10: all of it arrives as it is there too", async () => {
    const env = Object.fromEntries(ODD.map((odd, index) => [`ODD_${index}`, odd]));
    const all = ODD.map((_, index) => `"$ODD_${index}"`).join(" ");
    const root = `${fleet.appRoot}/it's $HOME\n\`id\` größe`;
    project = openProject({
      fleet,
      settings: { root, env, tasks: { prepare: `printf '%s\\0' ${all} >all; printf %s "$SLH_MESSAGE" >message` } },
    });
    project.write(Object.fromEntries(NAMES.map((name) => [Buffer.from(name).toString("latin1"), name])));
    project.commit();
    await deploy("--message", ODD.join("\n"));
    const here = join(fleet.host("web1").directory, "it's $HOME\n`id` größe/current");
    expect(readFileSync(join(here, "all"), "utf8").split("\0").slice(0, -1)).toEqual(ODD);
    expect(readFileSync(join(here, "message"), "utf8")).toBe(ODD.join("\n"));
    for (const name of NAMES) expect(readFileSync(join(here, name), "utf8")).toBe(name);
  });
});
