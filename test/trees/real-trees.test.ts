import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../src/index.ts";
import { scanTree } from "../../src/tree/scan.ts";
import { mustRun } from "../hosts/command.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { type Project, projectIn } from "./deploying.ts";

const scratch = mkdtempSync(join(tmpdir(), "real-trees-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Digest of what a host has of a release, apart from what is written into every release. */
async function digestOn(fleet: Fleet, report: Report): Promise<string> {
  const directory = join(fleet.host("web1").directory, "releases", report.release ?? "");
  return (await scanTree(directory, { exclude: [] })).tree.digest;
}

function sentIn(report: Report): number {
  return report.hosts.flatMap(({ phases }) => phases).reduce((sum, { bytesSent }) => sum + bytesSent, 0);
}

function yamlFor(fleet: Fleet, source: string): string {
  return `app: trees\nroot: ${fleet.appRoot}\nssh: { config: ${fleet.sshConfigFile} }\nsource: ${source}\nenvironments: { test: { hosts: [web1] } }\n`;
}

describeHosts("installed packages, thousands of files", () => {
  let fleet: Fleet;
  let project: Project;
  const source = join(scratch, "packages");
  const name = (path: string): string => join(source, "vendor", path);

  beforeAll(async () => {
    fleet = await startFleet({ hosts: 1 });
    cpSync(realpathSync(join(import.meta.dirname, "../../node_modules")), name("."), { recursive: true, verbatimSymlinks: true });
    mkdirSync(name("odd\nname"));
    for (const odd of ["-rf", "with space", "qu'o\"te", "back\\slash", "$(id)", "odd\nname/in"]) writeFileSync(name(odd), odd);
    writeFileSync(Buffer.from(`${name("latin")}\xe9`, "latin1"), "not text");
    project = projectIn(scratch, yamlFor(fleet, "{ directory: packages }"));
  });
  afterAll(async () => fleet.stop());

  test("the first deploy brings all of it, byte for byte", async () => {
    const report = await project.deploy();
    expect(report.outcome).toBe("deployed");
    expect(await digestOn(fleet, report)).toBe(report.tree);
  });

  test("the next sends what changed, and copies what was renamed", async () => {
    writeFileSync(name("typescript/package.json"), "{}");
    rmSync(name("yaml/README.md"), { force: true });
    renameSync(name("vitest"), name("vitest-renamed"));
    chmodSync(name("-rf"), 0o755);
    rmSync(name(".bin/tsc"));
    symlinkSync("../nowhere/at all", name(".bin/tsc"));
    const report = await project.deploy();
    expect(report.outcome).toBe("deployed");
    expect(await digestOn(fleet, report)).toBe(report.tree);
    expect(report.warnings).toEqual([]);
    expect(sentIn(report)).toBeLessThan(1_000_000);
  });

  test("P3: a file edited in place in the old release is not carried on: it is sent again, and told", async () => {
    const live = join(fleet.host("web1").directory, readlinkSync(join(fleet.host("web1").directory, "current")));
    writeFileSync(join(live, "vendor/yaml/package.json"), "edited on the host");
    rmSync(join(live, "vendor/.bin/oxlint"));
    symlinkSync("/etc/passwd", join(live, "vendor/.bin/oxlint"));
    writeFileSync(name("another"), "new");
    const report = await project.deploy();
    expect(report.outcome).toBe("deployed");
    expect(await digestOn(fleet, report)).toBe(report.tree);
    expect(report.warnings.join()).toContain(
      "Files of an earlier release that are not what was deployed (edited in place?), sent again: 1.",
    );
  });

  test("P10: a directory of the old release replaced by a link out of it leads nothing astray", async () => {
    const { directory } = fleet.host("web1");
    const live = join(directory, readlinkSync(join(directory, "current")));
    mkdirSync(join(directory, "outside"));
    rmSync(join(live, "vendor/valibot"), { recursive: true });
    symlinkSync("../../../outside", join(live, "vendor/valibot"));
    writeFileSync(name("another"), "newer");
    const report = await project.deploy();
    expect(report.outcome).toBe("deployed");
    expect(await digestOn(fleet, report)).toBe(report.tree);
  });
});

describeHosts("a git repository with a submodule and export-ignore", () => {
  let fleet: Fleet;
  const repository = join(scratch, "shop");
  const library = join(scratch, "library");
  const git = (directory: string, ...words: string[]): Promise<unknown> =>
    mustRun([
      "git",
      "-C",
      directory,
      "-c",
      "user.name=T",
      "-c",
      "user.email=t@example.org",
      "-c",
      "protocol.file.allow=always",
      ...words,
    ]);

  beforeAll(async () => {
    fleet = await startFleet({ hosts: 1 });
    for (const directory of [repository, library]) {
      mkdirSync(directory);
      await git(directory, "init", "-q", "-b", "main");
      writeFileSync(join(directory, "file"), directory);
    }
    writeFileSync(join(repository, ".gitattributes"), "secret-tests export-ignore\n");
    writeFileSync(join(repository, "secret-tests"), "not for hosts");
    for (const directory of [library, repository]) {
      await git(directory, "add", "-A");
      await git(directory, "commit", "-q", "-m", "one");
    }
    await git(repository, "submodule", "--quiet", "add", library, "vendor/library");
    await git(repository, "commit", "-q", "-m", "two");
  });
  afterAll(async () => fleet.stop());

  test("what is shipped is the commit with its submodules, without what export-ignore names", async () => {
    const report = await projectIn(scratch, yamlFor(fleet, "{ git: shop, ref: main }")).deploy();
    expect(report).toMatchObject({ outcome: "deployed", revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const { stdout } = await fleet
      .host("web1")
      .exec(`cd ${fleet.appRoot}/current/ && find . -type f | sort && cat vendor/library/file`);
    expect(stdout.split("\n")).toEqual([
      "./.gitattributes",
      "./.gitmodules",
      "./.release.json",
      "./REVISION",
      "./file",
      "./vendor/library/file",
      library,
    ]);
  });
});
