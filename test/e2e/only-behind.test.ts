import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { hash } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
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
      else
        found.push([name, `${stat.mode.toString(8)} ${time} ${hash("sha256", readFileSync(Buffer.from(at, "latin1")))}`]);
      if (stat.isDirectory()) walk(at);
    }
  };
  walk(Buffer.from(directory).toString("latin1"));
  return Object.fromEntries(found.toSorted());
}

/** Names that lists of names mangle, links of all kinds, an exec bit, an empty file and an empty directory's placeholder. */
const ODD_FILES = {
  "odd/line one\nline two": "newline",
  "odd/back\\slash": "backslash",
  "odd/\xff\xfe not text": "bytes",
  "odd/carriage\rreturn": "carriage return",
  "odd/-rf": "an option?",
  "odd/ two  blanks ": "blanks",
  "größe": "latin-1 bytes of a UTF-8 name",
  "empty": "",
  "same content": "newline",
  "bin/tool": { executable: "#!/bin/sh\necho tool\n" },
};

describeHosts("deploy --only-behind", () => {
  let fleet: Fleet;
  let project: Project;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 4 })));
  afterAll(() => fleet.stop());
  beforeEach(() => {
    for (const { directory } of fleet.hosts)
      for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
    project = openProject({ fleet });
  });
  afterEach(() => project.close());

  const root = (name: string): string => fleet.host(name).directory;
  const lives = (...names: readonly string[]): (string | null)[] => names.map((name) => live(root(name)));
  const release = (name: string, id: string): string => join(root(name), "releases", id);
  const ledger = (name: string): Json[] =>
    readFileSync(join(root(name), ".symlink-helper/ledger.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));

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
    const manifest = (name: string): string => readFileSync(join(root(name), ".symlink-helper/manifests", first.release), "latin1");
    expect(manifest("web3")).toBe(manifest("web1"));
    expect(await project.json(["deploy"])).toMatchObject({ outcome: "unchanged", release: first.release });
    expect(await project.json(["deploy", "--only-behind"])).toMatchObject({ outcome: "unchanged", code: 0, release: first.release });
    expect(await project.json(["verify"])).toMatchObject({ code: 0 });
  });
});
