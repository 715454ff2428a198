import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesFrom, bytesOf, textOf, type ByteString } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import * as shared from "../../src/host/shared-requests.ts";
import { judgeNamed, parseJudged } from "../../src/plan/verify-facts.ts";
import { escapePath } from "../../src/tree/manifest.ts";
import { Bench, failureOf, put } from "./bench.ts";
import { mainKinds, oneKind } from "./kinds.ts";

const PERMISSIONS = { dirs: "0755", files: "0644", group: null, writable: ["var/cache"], umask: "0022" };
const TREE = [
  "a b",
  "-rf",
  "quo'te",
  "$HOME",
  "*",
  "tab\there",
  "caf\u00e9",
  "dir/file",
  "new\nline",
  "back\\slash",
  "var/cache/kept",
];

/** A sealed release with a tree, a shared link and something generated. */
async function sealed(bench: Bench): Promise<string> {
  await bench.fresh();
  const release = bench.release("a", {
    ...Object.fromEntries(TREE.map((name) => [name, name])),
    "made/x": "made",
    "made/y": "more",
  });
  symlinkSync("dir/file", join(release, "link"));
  symlinkSync("../../shared/log", join(release, "log"));
  mkdirSync(bench.at("shared/log"), { recursive: true });
  const files = TREE.map((name) => `F - ${Buffer.byteLength(name)} ${hash("sha256", name)} ${escapePath(bytesOf(name))}`);
  const manifest = ["D - 0 0 .", ...files, `L - 8 ${hash("sha256", "dir/file")} link`, `D - 0 ${"0".repeat(64)} dir`];
  put(bench.home("run", bench.session, "manifest"), Buffer.from(`${manifest.join("\n")}\n`, "latin1"));
  const seal = {
    release: "a",
    sealed: '{"bytes":%BYTES%}',
    durability: "flush",
    flushSeconds: 60,
    permissions: PERMISSIONS,
  } as const;
  await bench.ask(requests.seal(seal));
  return release;
}

/** All findings, as `part what path`. */
async function findings(bench: Bench, release = "a"): Promise<string[]> {
  const text = shared.verify(release, ["log"], PERMISSIONS.writable);
  const judged = parseJudged((await bench.ask(text)).map(bytesOf), () => "../../shared/log" as ByteString);
  const lines = (await bench.ask(shared.verifyEach(judged.release ?? "", judged.named))).map(bytesOf);
  const named = judged.named.flatMap((asked, index) => {
    const { what } = judgeNamed(asked, (lines[index] ?? "").replace(/^each \d+ /, "") as ByteString);
    return what === null ? [] : [`${asked.part} ${what} ${textOf(escapePath(asked.path))}`];
  });
  const listed = Object.entries(judged.parts).flatMap(([part, { findings }]) =>
    findings.flatMap(({ what, paths }) => paths.map((path) => `${part} ${what} ${path}`)),
  );
  return [...listed, ...named].toSorted();
}

const FATES: readonly [string, (at: string) => void, readonly string[]][] = [
  ["nothing", () => undefined, []],
  ["other content of the same size", (at) => writeFileSync(join(at, "dir/file"), "DIR/FILE"), ["tree changed dir/file"]],
  ["other content under an odd name", (at) => writeFileSync(join(at, "-rf"), "x"), ["tree changed -rf"]],
  ["other content under a name of two lines", (at) => writeFileSync(join(at, "new\nline"), "x"), ["tree changed new\\nline"]],
  ["a name with a backslash gone", (at) => rmSync(join(at, "back\\slash")), ["tree gone back\\\\slash"]],
  ["a file gone", (at) => rmSync(join(at, "a b")), ["tree gone a b"]],
  ["a file that is a pipe now", (at) => (rmSync(join(at, "a b")), execFileSync("mkfifo", [join(at, "a b")])), ["tree kind a b"]],
  [
    "a file that is a link to the same content now",
    (at) => (rmSync(join(at, "a b")), writeFileSync(join(at, "made/c"), "a b"), symlinkSync("made/c", join(at, "a b"))),
    ["generated extra made/c", "tree kind a b"],
  ],
  ["a link to elsewhere", (at) => (rmSync(join(at, "link")), symlinkSync("a b", join(at, "link"))), ["tree changed link"]],
  ["a shared link to elsewhere", (at) => (rmSync(join(at, "log")), symlinkSync("/etc", join(at, "log"))), ["shared changed log"]],
  ["a shared link gone", (at) => rmSync(join(at, "log")), ["shared gone log"]],
  ["what it leads to gone", (at) => rmSync(join(at, "../../shared/log"), { recursive: true }), ["shared dangling log"]],
  ["generated: another size", (at) => writeFileSync(join(at, "made/x"), "other"), ["generated size made/x"]],
  [
    "generated: gone",
    (at) => rmSync(join(at, "made"), { recursive: true }),
    ["generated gone made", "generated gone made/x", "generated gone made/y"],
  ],
  ["more than there was", (at) => put(join(at, "more\\x"), ""), ["generated extra more\\\\x"]],
  ["what is writable", (at) => (put(join(at, "var/cache/z"), ""), writeFileSync(join(at, "var/cache/kept"), "")), []],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test.each(FATES)("P3: %s is told, and nothing else", async (_, change, told) => {
    const release = await sealed(bench);
    change(release);
    expect(await findings(bench)).toEqual(told);
  });

  test("names that are no text are told without loss", async () => {
    const release = await sealed(bench);
    const name = Buffer.concat([Buffer.from(`${release}/bad`), Buffer.from([0xff])]);
    writeFileSync(name, "");
    const lines = await bench.talk.request(shared.verify("a", [], []));
    expect(lines).toContain(`found generated extra bad${bytesFrom(Buffer.from([0xff]))}`);
  });

  test("what is live is compared where nothing is named, and a release without a seal has nothing to be compared with", async () => {
    await sealed(bench);
    expect((await failureOf(bench.ask(shared.verify("", [], [])))).message).toContain("Nothing is live");
    bench.pointTo("a");
    expect(await findings(bench, "")).toEqual([]);
    bench.release("b");
    expect(await bench.ask(shared.verify("b", [], []))).toEqual(["release b"]);
    for (const name of ["c", "../a", "a/../a", "-rf"])
      expect((await failureOf(bench.ask(shared.verify(name, [], [])))).kind).toBe("not-whole");
  });

  test("many findings are counted, and some of them named", async () => {
    const release = await sealed(bench);
    for (let at = 0; at < 150; at += 1) put(join(release, `extra-${at}`), "");
    const lines = await bench.ask(shared.verify("a", ["log"], PERMISSIONS.writable));
    expect(lines.filter((line) => line.startsWith("found "))).toHaveLength(100);
    expect(lines).toContain("count generated extra 150");
  });
});

test("a file that cannot be read is told", async ({ skip }) => {
  if (process.getuid?.() === 0) skip("root reads every file");
  const bench = new Bench(oneKind());
  const release = await sealed(bench);
  chmodSync(join(release, "a b"), 0);
  expect(await findings(bench)).toEqual(["tree unreadable a b"]);
  await bench.close();
});
