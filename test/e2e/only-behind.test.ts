import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hash } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, emptyRoots, startFleet } from "../hosts/fleet.ts";
import { live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

/** Everything a directory has: kind, mode, time and content of each entry, by the bytes of its name. */
function everythingIn(directory: string, skip: readonly string[] = []): Record<string, string> {
  const found: [string, string][] = [];
  const walk = (path: string): void => {
    for (const raw of readdirSync(Buffer.from(path, "latin1"), { encoding: "buffer" })) {
      const at = `${path}/${raw.toString("latin1")}`;
      const name = at.slice(Buffer.from(directory).toString("latin1").length + 1);
      const stat = lstatSync(Buffer.from(at, "latin1"));
      if (skip.includes(name)) continue;
      const time = Math.floor(stat.mtimeMs / 1000);
      if (stat.isSymbolicLink()) found.push([name, `link ${readlinkSync(Buffer.from(at, "latin1"), "latin1")}`]);
      else if (stat.isDirectory()) found.push([name, `directory ${stat.mode.toString(8)}`]);
      else found.push([name, `${stat.mode.toString(8)} ${time} ${hash("sha256", readFileSync(Buffer.from(at, "latin1")))}`]);
      if (stat.isDirectory()) walk(at);
    }
  };
  walk(Buffer.from(directory).toString("latin1"));
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names that lists of names mangle, links of all kinds, an exec bit, an empty file and an empty directory's placeholder. */
const ODD_FILES = {
  "odd/line one\nline two": "newline",
  "odd/back\\slash": "backslash",
  "odd/\xff\xfe not text": "bytes",
  "odd/carriage\rreturn": "carriage return",
  "odd/-rf": "an option?",
  "odd/ two  blanks ": "blanks",
  größe: "latin-1 bytes of a UTF-8 name",
  empty: "",
  "same content": "newline",
  "bin/tool": { executable: "#!/bin/sh\necho tool\n" },
};

describeHosts("deploy --only-behind", () => {
  let fleet: Fleet;
  let project: Project;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 4 })));
  afterAll(() => fleet.stop());
  beforeEach(() => {
    emptyRoots(fleet);
    project = openProject({ fleet });
  });
  afterEach(() => project.close());

  const root = (name: string): string => fleet.host(name).directory;
  const lives = (...names: readonly string[]): (string | null)[] => names.map((name) => live(root(name)));
  const release = (name: string, id: string): string => join(root(name), "releases", id);
  const ledger = (name: string): Json[] =>
    readFileSync(join(root(name), ".symlink-helper/ledger.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

  /** The configuration, for so many of the hosts. */
  const hosts = (names: readonly (string | object)[], more: object = {}): void =>
    project.configure({ environments: { production: { hosts: names } }, ...more });

  async function deploy(...args: string[]): Promise<Json> {
    const report = await project.json(["deploy", ...args]);
    expect(report, JSON.stringify(report)).toMatchObject({ code: 0, outcome: "deployed" });
    return report;
  }

  const outcomes = (report: Json): Json => Object.fromEntries(report.hosts.map(({ host, outcome }: Json) => [host, outcome]));

  test("a new host gets the same release: bytes, names, links, modes, times, record and ledger; others are left alone", async () => {
    project.write(ODD_FILES);
    symlinkSync("../index.html", join(project.directory, "odd/link"));
    symlinkSync("/nowhere\nat all\\", join(project.directory, "odd/dangling\\"));
    project.commit();
    hosts(["web1", "web2"]);
    const first = await deploy("-m", "Fix the login");
    const before = everythingIn(root("web1"), [".symlink-helper/locks"]);
    hosts(["web1", "web2", "web3"]);
    const report = await deploy("--only-behind");
    expect(report).toMatchObject({ release: first.release, revision: first.revision, tree: first.tree, warnings: [] });
    expect(outcomes(report)).toEqual({ web1: "unchanged", web2: "unchanged", web3: "deployed" });
    expect(lives("web1", "web2", "web3")).toEqual([first.release, first.release, first.release]);
    expect(everythingIn(release("web3", first.release))).toEqual(everythingIn(release("web1", first.release)));
    const after = everythingIn(root("web1"), [".symlink-helper/locks"]);
    expect(after).toEqual(before);
    const kinds = ledger("web3").map(({ kind, command, message, revision, tree }) => [kind, command, message, revision, tree]);
    expect(kinds).toEqual(
      ["preparing", "sealed", "switching", "live", "good"].map((kind) => [
        kind,
        "deploy",
        "Fix the login",
        first.revision,
        first.tree,
      ]),
    );
    const manifest = (name: string): string =>
      readFileSync(join(root(name), ".symlink-helper/manifests", first.release), "latin1");
    expect(manifest("web3")).toBe(manifest("web1"));
    expect(await project.json(["deploy"])).toMatchObject({ outcome: "unchanged", release: first.release });
    expect(await project.json(["deploy", "--only-behind"])).toMatchObject({
      outcome: "unchanged",
      code: 0,
      release: first.release,
    });
    expect(await project.json(["verify"])).toMatchObject({ code: 0 });
  });

  /** web1 and web2 serve a release, web3 nothing. */
  async function deployed(more: object = {}): Promise<Json> {
    hosts(["web1", "web2"], more);
    const report = await deploy();
    hosts(["web1", "web2", "web3"], more);
    return report;
  }

  const edit = (name: string, id: string, path: string, text: string): void => writeFileSync(join(release(name, id), path), text);

  test("what was edited in place on one host is taken from another, and told; where no host has it, nothing is done", async () => {
    const { release: id } = await deployed();
    edit("web1", id, "lib/deep/code.js", "2;\n");
    edit("web1", id, "index.html", "<p>another one, and longer</p>\n");
    edit("web2", id, "bin/run", "#!/bin/sh\necho RUN\n");
    const report = await deploy("--only-behind");
    const [said] = report.warnings.filter((text: string) => text.startsWith("web1: Not what was deployed"));
    expect(said).toContain("lib/deep/code.js");
    expect(said).toContain("index.html");
    expect(said).toContain("Taken from web2");
    expect(readFileSync(join(release("web3", id), "lib/deep/code.js"), "utf8")).toBe("1;\n");
    expect(readFileSync(join(release("web3", id), "bin/run"), "utf8")).toBe("#!/bin/sh\necho run\n");
    edit("web2", id, "lib/deep/code.js", "3;\n");
    edit("web3", id, "lib/deep/code.js", "4;\n");
    hosts(["web1", "web2", "web3", "web4"]);
    const refused = await project.json(["deploy", "--only-behind"]);
    expect(refused).toMatchObject({ outcome: "failed", code: 1 });
    const { error, outcome } = refused.hosts[3];
    expect([error.kind, outcome]).toEqual(["transfer", "failed"]);
    expect(error.message).toContain("lib/deep/code.js is not what was deployed there any more");
    expect(error.remedy).toContain("verify");
    expect(lives("web3", "web4")).toEqual([id, null]);
    expect(existsSync(join(root("web4"), "releases", id))).toBe(false);
  });

  test("a host whose release lacks files does not lend; a changed link counts; where none is whole, all are told why", async () => {
    symlinkSync("index.html", join(project.directory, "home"));
    project.commit();
    const { release: id } = await deployed();
    rmSync(join(release("web1", id), "index.html"));
    rmSync(join(release("web2", id), "home"));
    symlinkSync("lib", join(release("web2", id), "home"));
    const none = await project.json(["deploy", "--only-behind"]);
    expect(none).toMatchObject({ outcome: "failed", code: 1 });
    expect(none.hosts.map(({ error }: Json) => error?.kind ?? null)).toEqual(["not-whole", "not-whole", null]);
    expect(none.hosts[0].error.message).toContain("index.html");
    expect(none.hosts[1].error.message).toContain("home");
    rmSync(join(release("web2", id), "home"));
    symlinkSync("index.html", join(release("web2", id), "home"));
    const report = await deploy("--only-behind");
    expect(report.warnings).toEqual([expect.stringMatching(/^web1: .*index\.html.*Taken from web2 instead\.$/)]);
    expect(readlinkSync(join(release("web3", id), "home"))).toBe("index.html");
  });

  test("late, adopted and new hosts in one go; what they have already is not sent", async () => {
    const big = Buffer.alloc(300_000, "a big file that stays the same ");
    project.write({ big });
    project.commit();
    hosts(["web1", "web2"]);
    const { release: old } = await deploy();
    project.write({ "index.html": "<p>two</p>\n", "new.html": "new" });
    project.commit();
    hosts(["web1"]);
    const { release: id } = await deploy();
    edit("web2", old, "lib/deep/code.js", "9;\n");
    const foreign = join(root("web3"), "releases/20200101000000");
    mkdirSync(foreign, { recursive: true });
    writeFileSync(join(foreign, "index.html"), "foreign");
    symlinkSync(foreign.replace(root("web3"), project.appRoot), join(root("web3"), "current"));
    hosts(["web1", "web2", "web3", "web4"]);
    const report = await deploy("--only-behind");
    expect(outcomes(report)).toEqual({ web1: "unchanged", web2: "deployed", web3: "deployed", web4: "deployed" });
    expect(report.warnings).toContainEqual(expect.stringMatching(/^web2: Files of an earlier release.*sent again: 1\.$/));
    expect(lives("web1", "web2", "web3", "web4")).toEqual([id, id, id, id]);
    const sent = (host: number): number => report.hosts[host].phases.find(({ name }: Json) => name === "send").bytesSent;
    expect(sent(1)).toBeLessThan(big.length / 2);
    expect(sent(3)).toBeGreaterThan(big.length);
    for (const name of ["web2", "web3", "web4"])
      expect(everythingIn(release(name, id))).toEqual(everythingIn(release("web1", id)));
    expect(report.hosts.map(({ previous }: Json) => previous)).toEqual([id, old, "20200101000000", null]);
    expect(ledger("web3").map(({ kind }) => kind)[0]).toBe("adopted");
    expect(report.goBack.refused).toContain("web4");
    hosts(["web1", "web2"]);
    expect(await project.json(["rollback"])).toMatchObject({ code: 0, release: old });
  });

  test("a host that has the release already only switches; one on which it is not whole gets it anew", async () => {
    hosts(["web1", "web2", "web3"]);
    const { release: old } = await deploy();
    project.write({ "index.html": "<p>two</p>\n" });
    project.commit();
    const { release: id } = await deploy();
    hosts(["web2", "web3"]);
    await project.json(["rollback"]);
    expect(lives("web1", "web2", "web3")).toEqual([id, old, old]);
    rmSync(join(release("web3", id), "bin/run"));
    hosts(["web1", "web2", "web3"]);
    const unsure = await project.json(["deploy", "--only-behind"]);
    expect(unsure).toMatchObject({ code: 2, error: { kind: "hosts-differ" } });
    expect(unsure.error.remedy).toContain(`--only-behind --to ${id}`);
    expect(unsure.error.output).toContain(`web2: ${old} is live (good)`);
    const report = await deploy("--only-behind", "--to", id);
    expect(outcomes(report)).toEqual({ web1: "unchanged", web2: "deployed", web3: "deployed" });
    expect(lives("web1", "web2", "web3")).toEqual([id, id, id]);
    const phases = report.hosts.map(({ phases }: Json) => phases.map(({ name }: Json) => name));
    expect(phases[1]).not.toContain("send");
    expect(phases[2]).toContain("send");
    expect(report.warnings).toEqual([expect.stringMatching(/^web3: .*bin\/run\. It is made anew\.$/)]);
    expect(everythingIn(release("web3", id))).toEqual(everythingIn(release("web1", id)));
    expect(report.goBack).toMatchObject({ to: old, refused: null });
    expect(await project.json(["rollback"])).toMatchObject({ code: 0, release: old });
  });

  test("what links to shared/ took the place of is not to be had: told before anything is changed", async () => {
    const seeded = { shared: { files: [{ path: "config/local.json", whenMissing: "seed" }] } };
    const linked = { shared: { files: [{ path: "config/local.json", whenMissing: "create" }] } };
    project.write({ "config/local.json": "{}", "config/other.json": "{}" });
    project.commit();
    const { release: id, tree } = await deployed(seeded);
    expect(ledger("web1").find(({ kind }) => kind === "sealed").hides).toEqual(["config/local.json"]);
    const unseeded = await project.json(["deploy", "--only-behind"]);
    expect(unseeded).toMatchObject({ outcome: "failed", code: 1 });
    expect(unseeded.hosts[2].error).toMatchObject({ kind: "preflight", remedy: expect.stringContaining("shared put") });
    hosts(["web1", "web2", "web3"]);
    const unlinked = await project.json(["deploy", "--only-behind"]);
    expect(unlinked.hosts[2].error.message).toContain("config/local.json of the tree cannot be had from another host");
    expect(lives("web3")).toEqual([null]);
    hosts(["web1", "web2", "web3"], linked);
    const report = await deploy("--only-behind");
    expect(report).toMatchObject({ release: id, tree });
    expect(readlinkSync(join(release("web3", id), "config/local.json"))).toBe("../../../shared/config/local.json");
    expect(readFileSync(join(release("web3", id), "config/other.json"), "utf8")).toBe("{}");
    // One whose release hides nothing is asked first.
    hosts(["web4"]);
    const other = await deploy();
    expect(other.tree).toBe(tree);
    hosts(["web4", "web1"], { permissions: { dirs: "0700", files: "0600" } });
    const full = await deploy("--only-behind", "--to", other.release);
    expect(outcomes(full)).toEqual({ web4: "unchanged", web1: "deployed" });
    expect(readFileSync(join(release("web1", other.release), "config/local.json"), "utf8")).toBe("{}");
    expect(lstatSync(join(release("web1", other.release), "bin/run")).mode & 0o7777).toBe(0o700);
    expect(await project.json(["verify", other.release])).toMatchObject({ code: 0 });
  });

  test("mistakes on the command line, and a fleet in which nothing can be a reference", async () => {
    hosts(["web1", "web2"]);
    for (const words of [["--ref", "main"], ["--force"], ["--directory", "."], ["--dry-run"]])
      expect((await project.slh(["deploy", "--only-behind", ...words])).code, words.join(" ")).toBe(2);
    expect(await project.slh(["deploy", "--to", "20260101T000000Z"])).toMatchObject({ code: 2 });
    expect(await project.json(["deploy", "--only-behind"])).toMatchObject({ code: 2, error: { kind: "nothing-good" } });
    const { release: id } = await deploy();
    const wrong = await project.json(["deploy", "--only-behind", "--to", "20260101T000000Z"]);
    expect(wrong).toMatchObject({ code: 2, error: { kind: "not-live" } });
    mkdirSync(join(root("web3"), "releases", id), { recursive: true });
    hosts(["web1", "web2", "web3"]);
    const taken = await project.json(["deploy", "--only-behind"]);
    expect(taken).toMatchObject({ outcome: "failed", code: 1 });
    expect(taken.hosts[2].error.message).toContain("this program did not make it");
  });
});
