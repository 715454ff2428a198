import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesOf, rawBytes, type ByteString } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import { formatDelta } from "../../src/tree/delta.ts";
import { contentsToAskFor, transfer, type Base, type Held } from "../../src/tree/difference.ts";
import type { FileEntry, Tree, TreeEntry } from "../../src/tree/entry.ts";
import { formatManifest, isOddName } from "../../src/tree/manifest.ts";
import { modesOf } from "../../src/tree/modes.ts";
import { scanTree } from "../../src/tree/scan.ts";
import { writeTar } from "../../src/tree/tar.ts";
import { anyNodes, directory, file, link, nodes, oddNames, treeOf, withParents, type Nodes } from "../tree/support.ts";
import { Bench, failureOf, put } from "./bench.ts";
import { mainKinds } from "./kinds.ts";

const PERMISSIONS = { dirs: "0750", files: "0640", group: null, writable: [], umask: "0022" } as const;
const TIME = 1_700_000_000;

/** What a host is sent and asked for. */
interface Sending {
  /** Sealed releases that it may copy from, the first of them the base. */
  readonly from?: readonly { readonly id: string; readonly tree: Tree }[];
  /** What becomes of the stream on its way. */
  readonly spoil?: (stream: Buffer) => Buffer;
  /** As {@link requests.Receive}. */
  readonly entries?: number;
}

const root = "." as ByteString;

function baseOf({ id, tree }: { readonly id: string; readonly tree: Tree }): Base {
  const digests = tree.entries.flatMap((entry): [ByteString, string][] =>
    entry.kind === "directory" ? [[entry.path, entry.digest]] : [],
  );
  return { release: id, directories: new Map([[root, tree.digest], ...digests]) };
}

/** What the host says it holds, as the controller would hear it. */
function heldIn(from: NonNullable<Sending["from"]>, wanted: readonly string[]): Held {
  const held = new Map<string, { release: string; path: ByteString }[]>();
  for (const { id, tree } of from)
    for (const entry of tree.entries)
      if (entry.kind === "file" && wanted.includes(entry.sha256) && !isOddName(entry.path))
        held.set(entry.sha256, [...(held.get(entry.sha256) ?? []), { release: id, path: entry.path }]);
  return held;
}

function receiveOf(release: string, tree: Tree, deltaBytes: number, copyFrom: readonly string[]): requests.Receive {
  const preparing = `{"preparing":"${release}"}`;
  return { release, preparing, deltaBytes, entries: tree.entries.length + 1, permissions: PERMISSIONS, time: TIME, copyFrom };
}

async function tarOf(described: Nodes, entries: readonly TreeEntry[]): Promise<Buffer> {
  const read = async function* (entry: FileEntry): AsyncGenerator<Uint8Array> {
    const node = described.get(entry.path);
    if (node?.kind === "file") yield Buffer.from(node.contents);
  };
  const pieces: Buffer[] = [];
  for await (const piece of writeTar(entries, { modes: modesOf(PERMISSIONS), time: TIME, read })) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* pieces(stream: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < stream.length; at += 100_000) yield stream.subarray(at, at + 100_000);
}

/** Brings a tree to the bench as a controller does. Returns the answer. */
async function receive(bench: Bench, release: string, described: Nodes, sending: Sending = {}): Promise<string[]> {
  const { from = [], spoil = (stream) => stream } = sending;
  const tree = treeOf(described, TIME);
  const base = from[0] === undefined ? null : baseOf(from[0]);
  const what = transfer(tree, base, heldIn(from, contentsToAskFor(tree, base)));
  const delta = Buffer.from(formatDelta(what), "latin1");
  const sources = [...new Set([...what.same, ...what.copy].map(({ release: id }) => id))];
  const stream = Buffer.concat([delta, spoil(await tarOf(described, what.send))]);
  mkdirSync(bench.at("releases"), { recursive: true });
  const asked = { ...receiveOf(release, tree, delta.length, sources), ...sending };
  return bench.ask(requests.receive(asked), { stream: pieces(stream) });
}

/** A sealed release with such a tree. */
async function sealed(bench: Bench, id: string, described: Nodes): Promise<{ id: string; tree: Tree }> {
  expect(await receive(bench, id, described)).toEqual([]);
  await bench.ask(
    requests.seal({ release: id, sealed: "%BYTES%", durability: "flush", flushSeconds: 60, permissions: PERMISSIONS }),
  );
  return { id, tree: treeOf(described, TIME) };
}

/** Digest of the tree that a release is on disk. */
async function digestOn(bench: Bench, release: string): Promise<string> {
  return (await scanTree(bench.at("releases", release), { exclude: [] })).tree.digest;
}

const ALL_KINDS = nodes({
  "index.html": file("<p>one</p>\n"),
  "bin/run": file("#!/bin/sh\n", true),
  "deep/er/still/file": file("x".repeat(70_000)),
  "empty file": file(""),
  "hollow/dir": directory,
  "to file": link("index.html"),
  "to nothing": link("../../../nowhere"),
  "lib/a": file("the same"),
  "lib/b": file("the same"),
});
const ODD = new Map([...ALL_KINDS, ...oddNames.map((name) => [name, file(`in ${name}`)] as const)]);

/** The same with a change. */
function changed(described: Nodes, change: Readonly<Record<string, ReturnType<typeof file> | null>>): Nodes {
  const all = new Map(described);
  for (const [path, node] of Object.entries(change)) {
    if (node === null) all.delete(bytesOf(path));
    else all.set(bytesOf(path), node);
  }
  return all;
}

/** What may have become of a file of a sealed release. `outside` is a file of somebody. */
const DRIFTS: readonly [string, (path: string, outside: string) => void][] = [
  ["edited in place", (path) => writeFileSync(path, "edited")],
  ["gone", (path) => rmSync(path)],
  ["a link to the same content elsewhere", (path, outside) => (rmSync(path), symlinkSync(outside, path))],
  ["a directory", (path) => (rmSync(path), mkdirSync(path))],
  ["a directory with something in it", (path) => (rmSync(path), put(join(path, "in/it"), ""))],
  ["a pipe", (path) => (rmSync(path), void execFileSync("mkfifo", [path]))],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test("a tree arrives: contents, links, empty directories, odd names; and its manifest", async () => {
    await bench.fresh();
    expect(await receive(bench, "a", ODD)).toEqual([]);
    const tree = treeOf(ODD, TIME);
    expect(await digestOn(bench, "a")).toBe(tree.digest);
    expect(bench.ledger()).toBe('{"preparing":"a"}\n');
    expect(
      readFileSync(bench.home("run", bench.session, "manifest"), "latin1")
        .split("\n")
        .toSorted(),
    ).toEqual(formatManifest(tree).split("\n").toSorted());
  });

  test("modes and times are those that were asked for", async () => {
    await bench.fresh();
    await receive(bench, "a", ALL_KINDS);
    const of = (path: string): string => (lstatSync(bench.at("releases/a", path)).mode & 0o7777).toString(8);
    expect(["index.html", "bin/run", "deep/er", "hollow/dir"].map(of)).toEqual(["640", "750", "750", "750"]);
    expect(statSync(bench.at("releases/a/lib/a")).mtimeMs).toBe(TIME * 1000);
  });

  test("what a sealed release holds is copied, and belongs to the new one alone", async () => {
    await bench.fresh();
    const first = await sealed(bench, "a", ODD);
    const next = changed(ODD, {
      "index.html": file("<p>two</p>\n"),
      "lib/b": null,
      new: directory,
      "new/name": file("the same"),
    });
    let size = 0;
    const spoil = (stream: Buffer): Buffer => ((size = stream.length), stream);
    expect(await receive(bench, "b", next, { from: [first], spoil })).toEqual([]);
    expect(await digestOn(bench, "b")).toBe(treeOf(next, TIME).digest);
    expect(size).toBeLessThan(50_000);
    for (const path of ["lib/a", "deep/er/still/file", "new/name"]) {
      expect(lstatSync(bench.at("releases/b", path)).nlink).toBe(1);
      expect(statSync(bench.at("releases/b", path)).mtimeMs).toBe(TIME * 1000);
    }
    expect(await digestOn(bench, "a")).toBe(first.tree.digest);
  });

  test.skipIf(kind.name.includes("BusyBox"))(
    "two names of one file there become two files (tar of BusyBox has no way to)",
    async () => {
      await bench.fresh();
      const first = await sealed(bench, "a", ALL_KINDS);
      rmSync(bench.at("releases/a/lib/b"));
      linkSync(bench.at("releases/a/lib/a"), bench.at("releases/a/lib/b"));
      const next = changed(ALL_KINDS, { "index.html": file("two") });
      expect(await receive(bench, "b", next, { from: [first] })).toEqual([]);
      expect(["lib/a", "lib/b"].map((path) => lstatSync(bench.at("releases/b", path)).nlink)).toEqual([1, 1]);
    },
  );

  test("any tree, after any other", async () => {
    await bench.fresh();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(anyNodes, anyNodes, async (before, after) => {
        number += 1;
        const first = await sealed(bench, `a${number}`, before);
        const mixed = new Map([...[...before].filter((_, index) => index % 2 === 0), ...after]);
        for (const next of [after, withParents(mixed)]) {
          number += 1;
          expect(await receive(bench, `b${number}`, next, { from: [first] })).toEqual([]);
          expect(await digestOn(bench, `b${number}`)).toBe(treeOf(next, TIME).digest);
        }
      }),
      { numRuns: 6 },
    );
  });

  test.each(DRIFTS)("P10: a file of the release copied from that is %s by now: told, and sent again", async (_, drift) => {
    await bench.fresh();
    const first = await sealed(bench, "a", ALL_KINDS);
    const outside = bench.at("of somebody");
    writeFileSync(outside, "x".repeat(70_000));
    chmodSync(outside, 0o604);
    drift(bench.at("releases/a/deep/er/still/file"), outside);
    const next = changed(ALL_KINDS, { "index.html": file("two") });
    expect(await receive(bench, "b", next, { from: [first] })).toEqual(["lacks deep/er/still/file"]);
    const lacking = treeOf(next, TIME).entries.filter(({ path }) => path === bytesOf("deep/er/still/file"));
    const again = requests.receiveAgain(receiveOf("b", treeOf(next, TIME), 0, []));
    expect(await bench.ask(again, { stream: pieces(await tarOf(next, lacking)) })).toEqual([]);
    expect(await digestOn(bench, "b")).toBe(treeOf(next, TIME).digest);
    expect(statSync(outside)).toMatchObject({ size: 70_000, mode: 0o100604 });
  });

  test("files with odd names are proved one by one", async () => {
    await bench.fresh();
    await receive(bench, "a", ODD);
    const files = treeOf(ODD, TIME).entries.filter((entry) => entry.kind === "file");
    const odd = files.filter(({ path }) => isOddName(path));
    expect(odd.length).toBeGreaterThan(3);
    expect(await bench.ask(requests.checkOdd("a", odd))).toEqual([]);
    writeFileSync(Buffer.concat([Buffer.from(bench.at("releases/a/")), rawBytes(odd[1]?.path ?? root)]), "other");
    expect(await bench.ask(requests.checkOdd("a", odd))).toEqual(["lacks-odd 1"]);
  });

  test.each([
    ["cut", (stream: Buffer) => stream.subarray(0, stream.length - 40_000), /^transfer .*sent files/],
    ["empty", () => Buffer.alloc(0), /^(transfer .*sent files|lacks)/],
    ["no tar", (stream: Buffer) => Buffer.alloc(stream.length, "x"), /^transfer .*sent files/],
  ])("P3: a stream that is %s is no release", async (_, spoil, said) => {
    await bench.fresh();
    const told = await receive(bench, "a", ALL_KINDS, { spoil }).catch((error: { kind: string; message: string }) => {
      return [`${error.kind} ${error.message}`];
    });
    expect(told.join("\n")).toMatch(said);
    expect(await bench.ask("slh_say usable\n")).toEqual(["usable"]);
  });

  test("P3: a damaged list of what a release holds is told", async () => {
    await bench.fresh();
    const first = await sealed(bench, "a", ALL_KINDS);
    const lines = readFileSync(bench.home("manifests/a"), "latin1").split("\n");
    writeFileSync(bench.home("manifests/a"), lines.filter((line) => !line.endsWith("still/file")).join("\n"));
    const next = changed(ALL_KINDS, { "index.html": file("two") });
    expect(await failureOf(receive(bench, "b", next, { from: [first] }))).toMatchObject({
      kind: "transfer",
      message: expect.stringContaining("is damaged") as string,
    });
  });

  test("P9: what has the release's name already is left as it is", async () => {
    await bench.fresh();
    put(bench.at("releases/a/mine"), "mine");
    expect(await failureOf(receive(bench, "a", ALL_KINDS))).toMatchObject({ kind: "moved" });
    expect(readFileSync(bench.at("releases/a/mine"), "utf8")).toBe("mine");
    expect(existsSync(bench.at("releases/a/index.html"))).toBe(false);
  });

  test("P8: not by who has lost the lock", async () => {
    await bench.fresh();
    symlinkSync("v1;t=other;k=lease", bench.home("locks/g000000002"));
    expect(await failureOf(receive(bench, "a", ALL_KINDS))).toMatchObject({ kind: "fenced" });
    expect([existsSync(bench.at("releases/a")), bench.ledger()]).toEqual([false, ""]);
  });

  test.skipIf(process.getuid?.() !== 0)("a disk that gets full is told as that, and the conversation goes on", async () => {
    await bench.fresh();
    mkdirSync(bench.at("releases"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", bench.root]);
    try {
      mkdirSync(bench.at("releases"));
      bench.moveTo(bench.root);
      await bench.open();
      const large = changed(ALL_KINDS, { large: file("x".repeat(600_000)) });
      expect(await failureOf(receive(bench, "a", large))).toMatchObject({ kind: "disk-full" });
      await bench.ask(requests.abandon("a", "{}"));
      expect(await receive(bench, "b", ALL_KINDS)).toEqual([]);
      await bench.ask(requests.close);
    } finally {
      execFileSync("umount", ["-l", bench.root]);
    }
  });
});
