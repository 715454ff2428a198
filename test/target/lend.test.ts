import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesFrom, textOf, type ByteString } from "../../src/host/bytes.ts";
import * as lend from "../../src/host/lend-requests.ts";
import type { FileEntry, Tree } from "../../src/tree/entry.ts";
import { changedLinks, readKept, treeOfKept } from "../../src/tree/kept.ts";
import { formatManifest } from "../../src/tree/manifest.ts";
import { ContentStore } from "../../src/tree/store.ts";
import { Taking } from "../../src/tree/taking.ts";
import { file, link, nodes, oddNames, treeOf, withParents, write, type Nodes } from "../tree/support.ts";
import { Bench, failureOf, put } from "./bench.ts";
import { mainKinds, oneKind, pathWith, scratch } from "./kinds.ts";

const CONTENTS: Nodes = withParents(
  new Map([
    ...oddNames.map((name, index) => [`odd/${name}` as ByteString, file(`${index}\n`)] as const),
    ...oddNames.map((name) => [`links/${name}` as ByteString, link(`to\n${textOf(name)}\\\n`)] as const),
    ...nodes({ "a/b": file("b", true), plain: link("a/b"), big: file("0123456789abcdef".repeat(200_000)) }),
  ]),
);
const TREE = treeOf(CONTENTS);

/** A release that counts as sealed, as far as lending goes. */
async function sealed(bench: Bench, described: Nodes = CONTENTS, tree: Tree = TREE): Promise<string> {
  await bench.fresh();
  await write(bench.at("releases/a"), described);
  put(bench.home("manifests/a"), Buffer.from(formatManifest(tree), "latin1"));
  put(bench.home("manifests/a.seal"), "0\n");
  return bench.at("releases/a");
}

/** What a request gives as output. */
async function output(bench: Bench, text: ByteString, entries?: readonly { readonly path: ByteString }[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const stream = entries === undefined ? {} : { stream: lend.namesOf(entries) };
  await bench.ask(text, { ...stream, onOutput: (chunk) => void pieces.push(Buffer.from(chunk)) });
  return Buffer.concat(pieces);
}

async function targets(bench: Bench, tree: Tree): Promise<readonly ByteString[]> {
  const links = tree.entries.filter(({ kind }) => kind === "link");
  return bytesFrom(await output(bench, lend.lendLinks("a"), links)).split("\0") as ByteString[];
}

const filesOf = (tree: Tree): FileEntry[] => tree.entries.filter((entry) => entry.kind === "file").filter(({ size }) => size > 0);
const bytesIn = (files: readonly FileEntry[]): number => files.reduce((sum, { size }) => sum + size, 0);

async function newStore(): Promise<ContentStore> {
  const directory = join(scratch, `store-${Math.random()}`);
  mkdirSync(directory);
  return ContentStore.in(directory);
}

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(() => bench.close());

  test("a tree comes back as it was, whatever its names and links are", async () => {
    await sealed(bench);
    const kept = readKept(bytesFrom(await output(bench, lend.lend("a"))));
    const links = await targets(bench, TREE);
    expect(changedLinks(kept, links)).toEqual([]);
    expect(treeOfKept(kept, links, TREE.time)).toEqual(TREE);
    const files = filesOf(TREE);
    const store = await newStore();
    const taking = new Taking(files, store);
    for (let left = files; left.length > 0; left = files.slice(taking.done)) {
      taking.take(await output(bench, lend.lendFiles("a", bytesIn(files)), files));
      expect(taking.wrong).toBe(false);
    }
    for (const entry of files) {
      const pieces: Uint8Array[] = [];
      for await (const piece of store.read(entry)) pieces.push(piece);
      const node = CONTENTS.get(entry.path);
      expect(Buffer.concat(pieces).equals(Buffer.from(node?.kind === "file" ? node.contents : "?"))).toBe(true);
    }
    await store.close();
  });

  test("what is no file any more gives nothing, and is not waited for; nothing is written, and the conversation goes on", async () => {
    const release = await sealed(
      bench,
      nodes({ pipe: file("1"), gone: file("2"), directory: file("3"), link: file("4"), last: file("5") }),
    );
    for (const name of ["pipe", "gone", "directory", "link"]) rmSync(join(release, name));
    execFileSync("mkfifo", [join(release, "pipe")]);
    mkdirSync(join(release, "directory"));
    symlinkSync("last", join(release, "link"));
    const names = ["pipe", "gone", "directory", "link", "last"].map((path) => ({ path: path as ByteString }));
    expect((await output(bench, lend.lendFiles("a", 3), names)).toString()).toBe("5\0\0");
    expect((await output(bench, lend.lendLinks("a"), names)).toString()).toBe("\0\0\0last\0\0");
    expect(await failureOf(bench.ask(lend.lend("b")))).toMatchObject({ kind: "not-whole" });
    const gone = bench.ask(lend.lendFiles("b", 3), { stream: lend.namesOf(names) });
    expect(await failureOf(gone)).toMatchObject({ kind: "not-whole" });
  });

  test("can be stopped in the middle, and asked again", async () => {
    await sealed(bench);
    const big = filesOf(TREE).filter(({ path }) => path === "big");
    // What is being written when it is stopped must not stand before the next answer.
    for (let attempt = 0; attempt < 5; attempt++) {
      const stop = new AbortController();
      const options = { stream: lend.namesOf(big), signal: stop.signal, onOutput: () => stop.abort() };
      expect(await failureOf(bench.ask(lend.lendFiles("a", 1e12), options))).toMatchObject({ kind: "cancelled" });
      expect((await output(bench, lend.lendFiles("a", 16), big)).toString()).toBe("0123456789abcdef");
    }
  });
});

test("without perl it asks for one link after the other; and tells what the record says", async () => {
  const programs = [
    "awk",
    "cat",
    "date",
    "dd",
    "env",
    "ls",
    "mkdir",
    "mkfifo",
    "mv",
    "ln",
    "readlink",
    "rm",
    "sed",
    "sleep",
    "sort",
    "stat",
    "tail",
    "tr",
    "uname",
    "wc",
    "xargs",
    "id",
    "df",
    "find",
    "chmod",
    "touch",
    "cp",
    "grep",
    "dirname",
    "sync",
    "sha256sum",
    "tar",
    "setsid",
  ];
  const bench = new Bench({ ...oneKind(), path: pathWith("no-perl", programs) });
  const release = await sealed(bench);
  expect(changedLinks(readKept(bytesFrom(await output(bench, lend.lend("a")))), await targets(bench, TREE))).toEqual([]);
  writeFileSync(join(release, ".release.json"), '{\n  "id": "a\\\\b"\n}\n');
  execFileSync("touch", ["-d", "@1700000000", join(release, ".release.json")]);
  const lines = await bench.ask(lend.lend("a"));
  expect(lines).toEqual([String.raw`record {\n  "id": "a\\\\b"\n}`, "time 1700000000"]);
  writeFileSync(join(release, ".release.json"), "x".repeat(70_000));
  expect(await bench.ask(lend.lend("a"))).toEqual([]);
  await bench.close();
});
