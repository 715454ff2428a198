import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Permissions, TaskShell } from "../../src/config/resolved.ts";
import * as requests from "../../src/host/requests.ts";
import { lookReuse, noteReuse, reuse, reuseRecords, runtime } from "../../src/host/reuse-requests.ts";
import { Bench, put } from "./bench.ts";
import { mainKinds, oneKind } from "./kinds.ts";
import { readProgram } from "../../src/host/program.ts";

const PERMISSIONS: Permissions = { dirs: "0755", files: "0644", group: null, writable: [], umask: "0022" };
const KEY = "a".repeat(64);
const MADE = "web/-node modules' $x";
const ODD = ["a b", "-rf", "back\\slash", "quo'te", "*", "caf\u00e9", "line\nbreak", "in\n./two"];

function sealed(id: string): string {
  const seal = { release: id, sealed: "{}", durability: "flush", flushSeconds: 60, permissions: PERMISSIONS } as const;
  return `${noteReuse(id, [{ key: KEY, path: MADE }])}${requests.seal(seal)}`;
}

/** A sealed release with something in it that tasks made, and one that is just being prepared. Returns where each of both has that. */
async function two(bench: Bench): Promise<{ from: string; to: string }> {
  await bench.fresh();
  const files = Object.fromEntries(ODD.map((name) => [`${MADE}/${name}`, name]));
  bench.release("a", { ...files, [`${MADE}/deep/run`]: "#!/bin/sh\n", "other/file": "1" });
  const from = bench.at("releases/a", MADE);
  chmodSync(join(from, "deep/run"), 0o755);
  mkdirSync(join(from, "hollow"));
  symlinkSync("../other/file", join(from, "link"));
  put(bench.home("run", bench.session, "manifest"), "D - 0 0 .\n");
  await bench.ask(sealed("a"));
  bench.release("b", { "index.html": "new" });
  return { from, to: bench.at("releases/b", MADE) };
}

const listing = (at: string): string[] => readdirSync(at, { encoding: "utf8", recursive: true }).toSorted();

const wish = (...from: string[]) => ({ index: 3, path: MADE, from });
const take = (...from: string[]): string => reuse("b", wish(...from));

/** What may have become of a sealed release, each of which keeps it from being taken over. */
const SPOILT: readonly [string, (from: string, bench: Bench) => void, RegExp][] = [
  ["a file is gone", (at) => rmSync(join(at, "-rf")), /not what was sealed \(entries that differ: 1\)/],
  ["a file has another size", (at) => writeFileSync(join(at, "*"), "longer"), /not what was sealed/],
  ["there is more than before", (at) => put(join(at, "deep/more"), ""), /not what was sealed/],
  ["a file is a link now", (at) => (rmSync(join(at, "a b")), symlinkSync("-rf", join(at, "a b"))), /not what was sealed/],
  ["an empty directory is gone", (at) => rmSync(join(at, "hollow"), { recursive: true }), /not what was sealed/],
  ["all is gone", (at) => rmSync(at, { recursive: true }), /it is gone/],
  ["it is a link now", (at) => (renameSync(at, `${at}.x`), symlinkSync(`${at}.x`, at)), /leads elsewhere/],
  [
    "what it lies in is a link now",
    (at) => (renameSync(join(at, ".."), join(at, "../../x")), symlinkSync("x", join(at, ".."))),
    /leads elsewhere/,
  ],
  ["it was never sealed", (_, bench) => rmSync(bench.home("manifests/a.seal")), /it is gone/],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test("what was made comes over as it is, and shares no file with the original", async () => {
    const { from, to } = await two(bench);
    expect(await bench.ask(take("a"))).toEqual([expect.stringMatching(/^reused 3 a \d+$/) as string]);
    expect(listing(to)).toEqual(listing(from));
    for (const name of ODD) expect(readFileSync(join(to, name), "utf8")).toBe(name);
    expect(statSync(join(to, "deep/run")).mode & 0o777).toBe(0o755);
    expect(lstatSync(join(to, "link")).isSymbolicLink()).toBe(true);
    writeFileSync(join(to, "a b"), "edited in place");
    expect(readFileSync(join(from, "a b"), "utf8")).toBe("a b");
    expect(statSync(join(to, "a b")).ino).not.toBe(statSync(join(from, "a b")).ino);
  });

  test.each(SPOILT)("a source that was damaged or edited does not travel: %s", async (_, spoil, why) => {
    const { from, to } = await two(bench);
    spoil(from, bench);
    expect(await bench.ask(take("a"))).toEqual([expect.stringMatching(why) as string]);
    expect(existsSync(to)).toBe(false);
  });

  test("the next best is taken where the best is spoilt", async () => {
    const { to } = await two(bench);
    await bench.ask(take("a"));
    put(bench.home("run", bench.session, "manifest"), "D - 0 0 .\n");
    await bench.ask(sealed("b"));
    bench.release("c");
    put(join(to, "more"), "");
    const [warning = "", told = ""] = await bench.ask(reuse("c", wish("b", "a")));
    expect(warning).toMatch(/^warning .* of release b is not reused: it is not what was sealed/);
    expect(told).toMatch(/^reused 3 a /);
  });

  test("links that name their own release are not carried into another one", async () => {
    const { from, to } = await two(bench);
    symlinkSync(join(from, "deep"), join(from, "absolute"));
    put(bench.home("run", bench.session, "manifest"), "D - 0 0 .\n");
    await bench.ask(sealed("a"));
    expect(await bench.ask(take("a"))).toEqual([expect.stringMatching(/links in it lead into that release/) as string]);
    expect(existsSync(to)).toBe(false);
  });

  test("what is in its place already is left alone", async () => {
    const { to } = await two(bench);
    put(join(to, "mine"), "mine");
    expect(await bench.ask(take("a"))).toEqual([expect.stringMatching(/something in its place/) as string]);
    expect(readdirSync(to)).toEqual(["mine"]);
  });

  test("to look says the same and writes nothing", async () => {
    const { from, to } = await two(bench);
    const before = listing(bench.root);
    expect(await bench.ask(lookReuse(wish("a")))).toEqual([expect.stringMatching(/^reusable 3 a \d+$/) as string]);
    rmSync(join(from, "a b"));
    expect(await bench.ask(lookReuse(wish("a")))).toEqual([expect.stringMatching(/not what was sealed/) as string]);
    expect(existsSync(to)).toBe(false);
    expect(listing(bench.root).length).toBe(before.length - 1);
  });

  test("keys of sealed releases are told, of what is there and whole, and go with their release", async () => {
    await two(bench);
    const [machine = "", ...records] = await bench.ask(reuseRecords);
    expect(machine).toMatch(/^machine \S+ \S+$/);
    expect(records).toEqual([`record a ${KEY} ${MADE}`]);
    rmSync(bench.home("manifests/a.seal"));
    expect(await bench.ask(reuseRecords)).toHaveLength(1);
    await bench.ask(requests.abandon("a", "{}"));
    expect(readdirSync(bench.home("manifests"))).toEqual([]);
  });

  test.each<[string, string, RegExp | null]>([
    ["says something", "echo v22; echo '\\x'; echo noise >&2", /^runtime 0 0 v22\\n\\\\x$/],
    ["fails in the middle", "false; echo v22", /^runtime 0 1 $/],
    ["is not there", "no-such-program --version", /^runtime 0 127 $/],
    ["is no shell text", "echo (", null],
    ["ends the shell", "exit 3", /^runtime 0 3 $/],
    ["is told variables", 'echo "$A$PWD"', /^runtime 0 0 it's\/\S+$/],
  ])("a runtime command that %s", async (_, run, told) => {
    await bench.fresh();
    const environment = requests.exports({ A: "it's" });
    const lines = await bench.ask(runtime({ index: 0, run, environment, path: [], shell: null }));
    expect(lines).toEqual(told === null ? [] : [expect.stringMatching(told) as string]);
  });
});

describe.each(mainKinds())("$name", (kind) => {
  test.each<[string, string, TaskShell | null]>([
    ["hangs", "sleep 60", null],
    ["hangs in a login shell that greets", "sleep 60", { program: "sh", flags: "-l" }],
  ])("a runtime command that %s is stopped, and that is told", async (_, run, shell) => {
    const bench = new Bench(kind, { program: readProgram().replace("slh_brief=20", "slh_brief=1") });
    await bench.fresh();
    put(bench.at("home/.profile"), "printf 'Welcome '\n");
    const environment = requests.exports({});
    const request = runtime({ index: 0, run, environment, path: [], shell });
    expect(await bench.ask(`HOME='${bench.at("home")}'; export HOME\n${request}`)).toEqual(["runtime 0 late 1"]);
    await bench.close();
  });
});

test("what a login shell prints at its start is not taken for the runtime's word", async () => {
  const bench = new Bench(oneKind());
  await bench.fresh();
  put(bench.at("home/.profile"), "echo Welcome\nexport FROM_PROFILE=yes\n");
  const environment = requests.exports({ X: "1" });
  const home = await bench.ask(
    `HOME='${bench.at("home")}'; export HOME\n${runtime({ index: 0, run: 'echo "$FROM_PROFILE"', environment, path: [], shell: { program: "sh", flags: "-l" } })}`,
  );
  expect(home).toEqual(["runtime 0 0 yes"]);
  await bench.close();
});

test("a copy that ends half-way is removed, and said so", async () => {
  const half = 'cp() { case $* in *modules*) mkdir "$slh_copy" && echo half >"$slh_copy/-rf" ;; *) command cp "$@" ;; esac; }';
  const program = readProgram().replace("slh_step() { :; }", () => `slh_step() { [ "$1" != reuse.copy ] || ${half}; }`);
  const bench = new Bench(oneKind(), { program });
  const { to } = await two(bench);
  expect(await bench.ask(take("a"))).toEqual([expect.stringMatching(/warning .* not reused: /) as string]);
  expect(existsSync(to)).toBe(false);
  await bench.close();
});

test("files under two names stay one in the copy, and no part of the original", async () => {
  const bench = new Bench(oneKind());
  const { from, to } = await two(bench);
  linkSync(join(from, "a b"), join(from, "again"));
  put(bench.home("run", bench.session, "manifest"), "D - 0 0 .\n");
  await bench.ask(sealed("a"));
  await bench.ask(take("a"));
  expect(statSync(join(to, "again")).nlink).toBeLessThanOrEqual(2);
  expect(statSync(join(to, "again")).ino).not.toBe(statSync(join(from, "again")).ino);
  await bench.close();
});
