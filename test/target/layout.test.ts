import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Permissions, SharedEntry } from "../../src/config/resolved.ts";
import { parseFacts } from "../../src/plan/facts.ts";
import * as requests from "../../src/host/requests.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import { Bench, linkAt, newRoot, put } from "./bench.ts";
import { mainKinds, oneKind, scratch } from "./kinds.ts";

const PERMISSIONS: Permissions = { dirs: "0750", files: "0640", group: null, writable: [], umask: "0022" };

async function look(bench: Bench, shared: readonly SharedEntry[] = []): Promise<ReturnType<typeof parseFacts>> {
  const lines = await bench.ask(requests.look({ ledgerLines: 10, base: false, shared }));
  return parseFacts(lines.map(bytesOf));
}

/** What may be in the way, and the codes of the problems that are told. `root` is the app root, which is there. */
const SURROUNDINGS: readonly [string, (root: string) => void, readonly string[]][] = [
  ["nothing", () => undefined, []],
  ["a layout of an earlier deploy", makeLayout, []],
  ["a directory at current", (root) => mkdirSync(join(root, "current")), ["current-not-a-link"]],
  ["a file at current", (root) => put(join(root, "current"), ""), ["current-not-a-link"]],
  ["a dangling link at current", (root) => symlinkSync("nowhere", join(root, "current")), []],
  ["a file at releases", (root) => put(join(root, "releases"), ""), ["not-a-directory"]],
  ["a link at releases", linkReleases, ["releases-is-a-link"]],
  ["a file at shared", (root) => put(join(root, "shared"), ""), ["not-a-directory"]],
  ["a file where our own things go", (root) => put(join(root, ".symlink-helper"), ""), ["not-a-directory"]],
  ["a directory at the ledger", (root) => put(join(root, ".symlink-helper/ledger.jsonl/x"), ""), ["ledger-not-a-file"]],
  ["a pipe at the ledger", (root) => pipeAt(join(root, ".symlink-helper"), "ledger.jsonl"), ["ledger-not-a-file"]],
  ["everything at once", allWrong, ["not-a-directory", "not-a-directory", "current-not-a-link"]],
];

function pipeAt(directory: string, name: string): void {
  mkdirSync(directory);
  execFileSync("mkfifo", [join(directory, name)]);
}

function makeLayout(root: string): void {
  for (const name of ["releases", "shared", ".symlink-helper"]) mkdirSync(join(root, name));
  symlinkSync("releases/x", join(root, "current"));
}

function linkReleases(root: string): void {
  mkdirSync(join(root, "elsewhere"));
  symlinkSync("elsewhere", join(root, "releases"));
}

function allWrong(root: string): void {
  for (const name of ["releases", "shared"]) put(join(root, name), "");
  mkdirSync(join(root, "current"));
}

/** A shared entry, what is in its place, and what is told: a problem, and whether it counts as there. */
const SHARED: readonly [string, SharedEntry, (path: string) => void, string | null, boolean][] = [
  ["a directory that is there", { kind: "dir", path: "log", whenMissing: "create" }, (path) => mkdirSync(path), null, true],
  ["a file that is there", { kind: "file", path: "a b/.env", whenMissing: "fail" }, (path) => put(path, ""), null, true],
  ["a missing file", { kind: "file", path: ".env", whenMissing: "fail" }, () => undefined, "shared-missing", false],
  ["a missing file that may be", { kind: "file", path: ".env", whenMissing: "create" }, () => undefined, null, false],
  [
    "a file for a directory",
    { kind: "dir", path: "log", whenMissing: "create" },
    (path) => put(path, ""),
    "shared-wrong-kind",
    true,
  ],
  [
    "a directory for a file",
    { kind: "file", path: ".env", whenMissing: "fail" },
    (path) => mkdirSync(path),
    "shared-wrong-kind",
    true,
  ],
  [
    "a dangling link",
    { kind: "file", path: ".env", whenMissing: "create" },
    (path) => symlinkSync("x", path),
    "shared-dangling",
    true,
  ],
  ["a name with a newline", { kind: "file", path: "a\nb\\c", whenMissing: "skip" }, (path) => put(path, ""), null, true],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test.each(SURROUNDINGS)("P9: %s: told, and left alone", async (_, make, codes) => {
    bench.moveTo(newRoot());
    make(bench.root);
    const before = inventory(bench.root);
    const facts = await look(bench);
    expect(facts.problems.map(({ code }) => code)).toEqual(codes);
    const opened = await bench.open();
    expect(opened.includes("opened no")).toBe(codes.length > 0);
    if (codes.length > 0) expect(inventory(bench.root)).toEqual(before);
  });

  test.each(SHARED)("shared: %s", async (_, entry, make, problem, present) => {
    bench.moveTo(newRoot());
    mkdirSync(bench.at("shared/a b"), { recursive: true });
    make(bench.at("shared", entry.path));
    const facts = await look(bench, [entry]);
    expect(facts.problems.map(({ code }) => code)).toEqual(problem === null ? [] : [problem]);
    expect([...facts.shared]).toEqual([[bytesOf(entry.path), present]]);
  });

  test("looking at a root that is not there changes nothing", async () => {
    bench.moveTo(join(newRoot(), "some", "where"));
    expect(await look(bench)).toMatchObject({ exists: false, problems: [], rootId: null });
    expect(existsSync(join(bench.root, ".."))).toBe(false);
  });

  test("a root below a file is told as that", async () => {
    const parent = newRoot();
    put(join(parent, "file"), "");
    bench.moveTo(join(parent, "file", "app"));
    expect((await look(bench)).problems.map(({ code }) => code)).toEqual(["not-a-directory"]);
  });

  test("the layout is made once, with the modes that were asked for", async () => {
    bench.moveTo(join(newRoot(), "deep", "a\nb"));
    await bench.open();
    const lines = await bench.ask(requests.makeLayout(PERMISSIONS));
    expect(lines.filter((line) => line.startsWith("created "))).toHaveLength(2);
    expect(statSync(bench.at("releases")).mode & 0o777).toBe(0o750);
    chmodSync(bench.at("releases"), 0o711);
    expect(await bench.ask(requests.makeLayout(PERMISSIONS))).toEqual([]);
    expect(statSync(bench.at("releases")).mode & 0o777).toBe(0o711);
  });

  test.each([
    ["releases/a", "a", null],
    ["releases/a/public/", null, "a"],
    ["releases/../releases/a/public", null, "a"],
    ["releases", null, null],
    ["releases/a/..", null, null],
    ["shared", null, null],
    ["releases/gone", null, null],
  ])("a link to %s", async (text, live, within) => {
    bench.moveTo(newRoot());
    mkdirSync(bench.at("releases/a/public"), { recursive: true });
    mkdirSync(bench.at("shared"));
    symlinkSync(text, bench.at("current"));
    expect((await look(bench)).release).toMatchObject({ live, within });
  });

  test("what is free is told as numbers", async () => {
    bench.moveTo(newRoot());
    const { kilobytes, inodes } = await look(bench);
    expect([Number.isInteger(kilobytes), Number.isInteger(inodes)]).toEqual([true, true]);
  });

  test("a root keeps the id of whoever came first", async () => {
    await bench.fresh();
    const id = linkAt(bench.home("root-id"));
    await bench.ask(requests.unlock);
    bench.moveTo(bench.root);
    await bench.open();
    expect(linkAt(bench.home("root-id"))).toBe(id);
    expect(await bench.ask(requests.rootId)).toEqual([`root ${id}`]);
  });
});

describe.skipIf(process.getuid?.() !== 0)("as a user without rights", () => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  let bench: Bench;
  beforeAll(() => {
    chmodSync(scratch, 0o755);
    bench = new Bench(oneKind(), { through: nobody });
  });
  afterAll(async () => bench.close());

  const NOT_OURS: readonly [string, (root: string) => string][] = [
    ["a root of somebody else", (root) => root],
    ["a root that would have to be made in a place of somebody else", (root) => join(root, "app")],
    ["a directory of somebody else", (root) => (mkdirSync(join(root, "releases")), chownSync(root, 65534, 65534), root)],
  ];

  test.each(NOT_OURS)("%s is told, with the name of the user", async (_, make) => {
    const root = newRoot();
    chmodSync(root, 0o755);
    bench.moveTo(make(root));
    const { problems } = await look(bench);
    expect(problems).toEqual([
      { code: "no-permission", text: expect.stringMatching(/User nobody may not write in \//) as string },
    ]);
  });

  test("a ledger that may not be read is told, and not taken for an empty one", async () => {
    const root = newRoot();
    makeLayout(root);
    const ledger = join(root, ".symlink-helper/ledger.jsonl");
    put(ledger, "{}\n");
    chmodSync(ledger, 0o600);
    for (const name of [".", "releases", "shared", ".symlink-helper"]) chownSync(join(root, name), 65534, 65534);
    bench.moveTo(root);
    const { problems, release } = await look(bench);
    expect(problems).toEqual([
      { code: "ledger-not-ours", text: expect.stringMatching(/^User nobody may not read and write .*, which belongs to root$/) },
    ]);
    expect(release.damaged).toBe(1);
    expect((await bench.open()).join("\n")).toMatch(/^opened no$/m);
  });

  test("a root of one's own is fine", async () => {
    const root = newRoot();
    chownSync(root, 65534, 65534);
    bench.moveTo(root);
    expect((await bench.open()).join("\n")).toMatch(/^opened g000000001/m);
  });
});

describe.skipIf(process.getuid?.() !== 0).each(mainKinds())("on file systems that take nothing, $name", (kind) => {
  test.each([
    ["read-only", "preflight|host", /Nobody can write in .*read-only/, ["ro"]],
    ["without inodes", "disk-full", /No space left/, ["nr_inodes=2"]],
  ] as const)("%s: told as that", async (_, kinds, message, options) => {
    const mount = newRoot();
    execFileSync("mount", ["-t", "tmpfs", "-o", options.join(","), "tmpfs", mount]);
    const bench = new Bench(kind, { root: join(mount, "app") });
    try {
      const told = await bench.open().then(
        (lines) => lines.find((line) => line.startsWith("problem ")) ?? lines.join("\n"),
        (error: Error & { kind: string }) => `${error.kind} ${error.message}`,
      );
      expect(told).toMatch(message);
      expect(told).toMatch(new RegExp(`^(${kinds}|problem)`));
    } finally {
      await bench.close();
      execFileSync("umount", [mount]);
    }
  });

  test("that became read-only under an app: told as that", async () => {
    const mount = newRoot();
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", mount]);
    const bench = new Bench(kind, { root: mount });
    try {
      await bench.open();
      await bench.ask(requests.unlock);
      bench.moveTo(mount);
      execFileSync("mount", ["-o", "remount,ro", mount]);
      const told = await bench.open().then(
        (lines) => lines.find((line) => line.startsWith("problem ")) ?? lines.join("\n"),
        (error: Error) => error.message,
      );
      expect(told).toMatch(/Nobody can write in .*read-only/);
    } finally {
      await bench.close();
      execFileSync("umount", [mount]);
    }
  });
});

/** Every name below a directory, with its kind. */
function inventory(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "latin1" })
    .toSorted()
    .map((name) => `${lstatSync(join(root, name)).mode.toString(8)} ${name}`);
}

describe("a host that kills what a session leaves behind", () => {
  // Stands in for systemd, of which there is none here.
  const logind = (rules: string): Bench => {
    const kind = oneKind();
    const path = mkdtempSync(join(scratch, "logind-"));
    put(join(path, "loginctl"), `#!/bin/sh\nprintf '%s\\n' ${rules}\n`);
    chmodSync(join(path, "loginctl"), 0o755);
    return new Bench({ ...kind, path: `${path}:${kind.path}` }, { through: ["env", "XDG_SESSION_ID=3"] });
  };
  const us = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();

  test.each([
    ["KillUserProcesses=yes KillOnlyUsers= KillExcludeUsers=nobody", true],
    [`KillUserProcesses=yes KillOnlyUsers= "KillExcludeUsers=nobody ${us}"`, false],
    [`KillUserProcesses=yes "KillOnlyUsers=nobody ${us}" KillExcludeUsers=`, true],
    ["KillUserProcesses=yes KillOnlyUsers=nobody KillExcludeUsers=", false],
    ["KillUserProcesses=no KillOnlyUsers= KillExcludeUsers=", false],
    ["", false],
  ])("%s", async (rules, killed) => {
    const bench = logind(rules);
    expect((await look(bench)).killedAtLogout).toBe(killed);
    await bench.close();
  });
});
