import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostFailure } from "../../src/errors.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import type { ShareAction } from "../../src/plan/host-plan.ts";
import type { Permissions, SharedEntry } from "../../src/config/resolved.ts";
import { findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { Bench, failureOf, linkAt, put } from "./bench.ts";
import { mainKinds, oneKind, pathWith, type Kind } from "./kinds.ts";

const PERMISSIONS: Permissions = { dirs: "0755", files: "0644", group: null, writable: ["var/cache"], umask: "0022" };
const ODD = ["a b", "-rf", "new\nline", "back\\slash", "quo'te", '"', "$HOME", "*", "tab\there", "caf\u00e9", " lead", "trail "];

function seal(release: string, durability: "flush" | "best-effort" = "flush", flushSeconds = 60): string {
  return requests.seal({
    release,
    sealed: '{"kind":"sealed","bytes":%BYTES%}',
    durability,
    flushSeconds,
    permissions: PERMISSIONS,
  });
}
const checkWhole = (release: string): string => requests.checkWhole(release, PERMISSIONS);

/** A release with a manifest as `receive` leaves it. */
async function filled(bench: Bench, id = "a"): Promise<string> {
  await bench.fresh();
  const files = Object.fromEntries(ODD.map((name) => [name, name]));
  const release = bench.release(id, { ...files, "dir/file": "12345", "dir/empty": "", "var/cache/x": "warm" });
  mkdirSync(join(release, "hollow"));
  symlinkSync("../nowhere", join(release, "link"));
  put(bench.home("run", bench.session, "manifest"), "D - 0 0 .\n");
  return release;
}

/** The lines of an answer, or kind and message of the failure that it is. */
async function toldBy(answer: Promise<readonly string[]>): Promise<string> {
  return answer.then(
    (lines) => lines.join("\n"),
    (error: HostFailure) => `${error.kind} ${error.message}`,
  );
}

/** What may become of a sealed release, and what is said of it. */
const FATES: readonly [string, (release: string) => void, RegExp | null][] = [
  ["nothing", () => undefined, null],
  [
    "a file is gone",
    (at) => rmSync(join(at, "dir/file")),
    /^not-whole .*no longer whole\. Missing or of another kind \(1\): dir\/file$/,
  ],
  ["a file with an odd name is gone", (at) => rmSync(join(at, "-rf")), /^not-whole .* \(1\): -rf$/],
  ["a directory is gone", (at) => rmSync(join(at, "hollow"), { recursive: true }), /^not-whole .* \(1\): hollow$/],
  ["a link is gone", (at) => rmSync(join(at, "link")), /^not-whole .* \(1\): link$/],
  [
    "a file is a directory now",
    (at) => (rmSync(join(at, "dir/file")), mkdirSync(join(at, "dir/file"))),
    /^not-whole .* \(\d\): dir\/file$/,
  ],
  ["a link is a file now", (at) => (rmSync(join(at, "link")), writeFileSync(join(at, "link"), "")), /^not-whole .* \(1\): link$/],
  ["much is gone", (at) => ODD.forEach((name) => rmSync(join(at, name))), /^not-whole .* \(1[23]\): (?:[^,]*, ){4}[^,]*$/],
  [
    "a file has another size",
    (at) => writeFileSync(join(at, "dir/file"), "123456"),
    /^warning Files of release a with another size .*: 1$/,
  ],
  ["there is more than before", (at) => put(join(at, "dir/more"), ""), null],
  ["what is writable was emptied", (at) => rmSync(join(at, "var/cache/x")), null],
  ["the release is gone", (at) => rmSync(at, { recursive: true }), /^not-whole Release a is not there any more$/],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test("a seal lists every entry with kind and size, and tells the bytes", async () => {
    await filled(bench);
    const bytes = ODD.reduce((sum, name) => sum + Buffer.byteLength(name), 5);
    expect(await bench.ask(seal("a"))).toEqual([expect.stringMatching(new RegExp(`^sealed ${bytes} `)) as string]);
    expect(bench.ledger()).toBe(`{"kind":"sealed","bytes":${bytes}}\n`);
    const [total, ...entries] = readFileSync(bench.home("manifests/a.seal"), "utf8").trimEnd().split("\n");
    expect(total).toBe(String(bytes));
    expect(entries).toEqual(
      expect.arrayContaining(["d - ./hollow", "f 5 ./dir/file", "f 0 ./dir/empty", "l - ./link", "f 3 ./-rf"]),
    );
    expect(entries.some((line) => line.includes("cache/"))).toBe(false);
    expect(readFileSync(bench.home("manifests/a"), "utf8")).toBe("D - 0 0 .\n");
  });

  test.each(FATES)("P7: whole or not: %s", async (_, change, said) => {
    const release = await filled(bench);
    await bench.ask(seal("a"));
    change(release);
    const told = await toldBy(bench.ask(checkWhole("a")));
    if (said === null) expect(told).toBe("");
    else expect(told).toMatch(said);
  });

  test("P7: an adopted release has no seal, and is taken as it is", async () => {
    await filled(bench);
    expect(await bench.ask(checkWhole("a"))).toEqual([]);
  });

  test("P8: no seal where the lock was deleted, and that is what is told", async () => {
    await filled(bench);
    rmSync(bench.home("locks"), { recursive: true });
    expect(await failureOf(bench.ask(seal("a")))).toMatchObject({ kind: "fenced", message: /somebody deleted/ });
  });

  test("no seal for what is gone", async () => {
    rmSync(await filled(bench), { recursive: true });
    expect(await failureOf(bench.ask(seal("a")))).toMatchObject({ kind: "not-whole", message: /Release a is gone/ });
  });

  test("P8: no seal without the lock", async () => {
    await filled(bench);
    symlinkSync("v1;t=other;k=lease", bench.home("locks/g000000002"));
    expect(await failureOf(bench.ask(seal("a")))).toMatchObject({ kind: "fenced" });
    expect(existsSync(bench.home("manifests/a.seal"))).toBe(false);
  });
});

const dir: SharedEntry = { kind: "dir", path: "up/lo ads", whenMissing: "create" };
const file: SharedEntry = { kind: "file", path: "conf/.env", whenMissing: "create" };

describe.each(mainKinds())("shared entries, $name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  const share = (entry: SharedEntry, action: ShareAction, mode = "0640"): string =>
    requests.share("a", entry, bytesOf(`../../../shared/${entry.path}`), action, mode);

  test.each([dir, file])("$kind: made where it is missing, and linked", async (entry) => {
    await filled(bench);
    expect(await bench.ask(share(entry, "create"))).toEqual([`created ${bench.at("shared", entry.path)}`]);
    const made = statSync(bench.at("shared", entry.path));
    expect([made.mode & 0o777, made.isDirectory()]).toEqual([0o640, entry.kind === "dir"]);
    expect(linkAt(bench.at("releases/a", entry.path))).toBe(`../../../shared/${entry.path}`);
  });

  test.each(["create", "seed"] as const)("P9: what is there keeps its content and mode (%s)", async (action) => {
    await filled(bench);
    put(bench.at("shared", file.path), "mine");
    chmodSync(bench.at("shared", file.path), 0o600);
    put(bench.at("releases/a/.slh-seed", file.path), "theirs");
    expect(await bench.ask(share(file, action))).toEqual([]);
    expect(readFileSync(bench.at("shared", file.path), "utf8")).toBe("mine");
    expect(statSync(bench.at("shared", file.path)).mode & 0o777).toBe(0o600);
  });

  test("P9: something in the release is in the way of a link: told, and left", async () => {
    await filled(bench);
    put(bench.at("releases/a/conf/.env"), "tracked");
    expect(await failureOf(bench.ask(share(file, "link")))).toMatchObject({ kind: "host", message: /in the way/ });
    expect(readFileSync(bench.at("releases/a/conf/.env"), "utf8")).toBe("tracked");
  });

  test.each(["the same file system", "another file system"])("seeded from the release, to %s", async (where) => {
    if (where.startsWith("another") && process.getuid?.() !== 0) return;
    await filled(bench);
    mkdirSync(bench.at("shared"));
    if (where.startsWith("another")) execFileSync("mount", ["-t", "tmpfs", "tmpfs", bench.at("shared")]);
    put(bench.at("releases/a/.slh-seed", dir.path, "in/it"), "seed");
    put(bench.at("releases/a/.slh-seed", file.path), "seed");
    const lines = await bench.ask(`${share(dir, "seed")}${share(file, "seed")}`);
    expect(lines).toEqual([dir, file].map(({ path }) => `created ${bench.at("shared", path)}`));
    expect(readFileSync(bench.at("shared", dir.path, "in/it"), "utf8")).toBe("seed");
    expect(readFileSync(bench.at("shared", file.path), "utf8")).toBe("seed");
    expect(readdirSync(bench.at("shared"), { recursive: true })).toHaveLength(6);
    if (where.startsWith("another")) execFileSync("umount", [bench.at("shared")]);
  });
});

/** A machine whose `sync` is another one. */
function withSync(name: string, text: string): Kind {
  const programs = readdirSync("/usr/bin").filter((program) => program !== "sync" && existsSync(join("/usr/bin", program)));
  const path = pathWith(name, programs);
  put(join(path, "sync"), `#!/bin/sh\n${text}\nexec ${findProgram("sync")} "$@"\n`);
  chmodSync(join(path, "sync"), 0o755);
  return { ...oneKind(), path };
}

describe("P4: a disk that fails is believed, a sync that knows less is not taken for it", () => {
  test.each([
    [
      "an error while the release is flushed",
      'case "$1 $2" in "-f "*releases/a) exit 1 ;; esac',
      /^not-flushed .*to disk: the disk reported an error/,
    ],
    ["an error while a directory is flushed", "case $1 in */manifests) exit 1 ;; esac", /^host Could not write/],
    ["an error while the ledger is flushed", "case $1 in *ledger.jsonl) exit 1 ;; esac", /^host Could not write/],
    ["a sync without -f", "case $1 in -f) exit 1 ;; esac", /^sealed/],
    ["a sync that takes nothing", "[ $# -eq 0 ] || exit 1", /^sealed/],
  ])("%s", async (name, text, said) => {
    const bench = new Bench(withSync(name, text));
    await filled(bench);
    expect(await toldBy(bench.ask(seal("a")))).toMatch(said);
    await bench.close();
  });
});

describe("a flush that does not end", () => {
  const kind = withSync("slow-sync", '[ "$1" != -f ] || exec sleep 1000');

  test.each([
    ["flush", /^not-flushed The release could not be written to disk within 1 s/, false],
    ["best-effort", /^warning The release could not be flushed .*\nsealed /, true],
  ] as const)("P4: with durability %s", async (durability, said, sealed) => {
    const bench = new Bench(kind);
    await filled(bench);
    const told = await toldBy(bench.ask(seal("a", durability, 1)));
    expect(told).toMatch(said);
    expect(existsSync(bench.home("manifests/a.seal"))).toBe(sealed);
    await bench.close();
    await until("all its processes have ended", () => bench.processes().length === 0);
  });
});
