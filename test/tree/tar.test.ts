import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, mkdir, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { bytesFrom, bytesOf } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import type { FileEntry, TreeEntry } from "../../src/tree/entry.ts";
import { modeOf, modesOf } from "../../src/tree/modes.ts";
import { readEntry } from "../../src/tree/read.ts";
import { scanTree } from "../../src/tree/scan.ts";
import { memberHeader } from "../../src/tree/tar-header.ts";
import { writeTar } from "../../src/tree/tar.ts";
import type { TarOptions } from "../../src/tree/tar.ts";
import { anyNodes, directory, file, link, nodes, oddNames, scratch, treeOf, withParents, write } from "./support.ts";
import type { Node, Nodes } from "./support.ts";

const modes = { dir: 0o755, file: 0o644 };
const time = 1_600_000_000;

const programs: readonly (readonly [string, readonly string[]])[] = [
  ["GNU tar", ["tar"]],
  ["BusyBox tar", ["busybox", "tar"]],
];

function has([program]: readonly string[]): boolean {
  return spawnSync(program ?? "", ["--help"]).error === undefined;
}

/** Options that take contents from the nodes themselves. */
function fromNodes(described: Nodes): TarOptions {
  return { modes, time, read: (entry) => contentOf(described.get(entry.path)) };
}

async function* contentOf(node: Node | undefined): AsyncGenerator<Uint8Array> {
  if (node?.kind === "file" && node.contents !== "") yield Buffer.from(node.contents);
}

async function collect(entries: readonly TreeEntry[], options: TarOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of writeTar(entries, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function extract(program: readonly string[], into: string, stream: AsyncIterable<Buffer>): Promise<string> {
  await mkdir(into, { recursive: true });
  const [name = "", ...first] = program;
  const tar = spawn(name, [...first, "-x", "-f", "-", "-C", into], { stdio: ["pipe", "ignore", "pipe"] });
  let complaints = "";
  tar.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => tar.on("close", resolve));
  await pipeline(Readable.from(stream), tar.stdin);
  expect({ code: await ended, complaints }).toEqual({ code: 0, complaints: "" });
  return into;
}

// Everything that names and targets can be, at and around every limit of the format.
function hardNodes(): Nodes {
  const part = "p".repeat(255);
  const deep = `${"d".repeat(99)}/`.repeat(39);
  const lengths = [97, 98, 99, 100, 101, 155, 156, 254, 255].map(
    (length) => [`n${length}-`.padEnd(length, "x"), file(String(length))] as const,
  );
  const targets = [99, 100, 101, 255, 1024, 4094].map((length) => [`to-${length}`, link("t".repeat(length))] as const);
  const described = nodes({
    ...Object.fromEntries([...lengths, ...targets]),
    [part]: directory,
    [`${part}/${"日".repeat(85)}`]: file("three bytes a letter", true),
    [`${deep}${"f".repeat(100)}`]: file("4,000 bytes of path"),
    empty: file(""),
    block: file("b".repeat(512)),
    "block-1": file("b".repeat(511)),
    "block+1": file("b".repeat(513)),
    "a/empty/directory": directory,
    run: file("#!/bin/sh\n", true),
    loop: link("loop"),
    up: link("../../../etc"),
  });
  const odd = oddNames.flatMap((name, index): [ByteString, Node][] => [
    [name, index % 2 === 0 ? file(name) : { kind: "link", target: name }],
    [`${name}.d/${name}` as ByteString, file(name, true)],
  ]);
  return withParents(new Map([...described, ...odd]));
}

describe.each(programs)("%s", (name, program) => {
  it.skipIf(!has(program))(`unpacks what was scanned, byte for byte (skipped where there is no ${name})`, async () => {
    const root = scratch();
    await write(`${root}/in`, hardNodes());
    const { tree } = await scanTree(`${root}/in`, { exclude: [] });
    const stream = writeTar(tree.entries, { modes, time, read: (entry) => readEntry(`${root}/in`, entry) });
    const into = await extract(program, `${root}/out`, stream);
    expect(await scanTree(into, { exclude: [], time: tree.time })).toEqual({ tree, warnings: [] });
  });

  it.skipIf(!has(program))("unpacks any tree", async () => {
    await fc.assert(
      fc.asyncProperty(anyNodes, async (described) => {
        const tree = treeOf(described);
        const into = await extract(program, scratch(), writeTar(tree.entries, fromNodes(described)));
        expect((await scanTree(into, { exclude: [] })).tree.digest).toBe(tree.digest);
      }),
      { numRuns: 25 },
    );
  });

  it.skipIf(!has(program))("sets modes and times, the root's included", async () => {
    const described = nodes({ "d/run": file("x", true), "d/plain": file("x"), to: link("d") });
    const into = scratch();
    const options = { ...fromNodes(described), modes: { dir: 0o2750, file: 0o640 } };
    await extract(program, into, writeTar(treeOf(described).entries, options));
    const found = await Promise.all(["", "/d", "/d/run", "/d/plain"].map((path) => stat(into + path)));
    expect(found.map((stats) => (stats.mode & 0o777).toString(8))).toEqual(["750", "750", "750", "640"]);
    // BusyBox does not set a directory's time again after writing into it.
    const timed = name === "GNU tar" ? found : found.slice(2);
    expect(timed.map((stats) => stats.mtimeMs)).toEqual(timed.map(() => time * 1000));
    expect((await lstat(`${into}/to`)).isSymbolicLink()).toBe(true);
  });

  it.skipIf(!has(program))("finds members of ours among those of the tree", async () => {
    const described = nodes({ a: file("x"), to: link("a") });
    const extra = [{ path: bytesOf(".release.json"), contents: Buffer.from("{}\n"), mode: 0o600 }];
    const into = scratch();
    await extract(program, into, writeTar(treeOf(described).entries, { ...fromNodes(described), extra }));
    const found = await scanTree(into, { exclude: [] });
    expect(found.warnings).toEqual([expect.stringContaining(".release.json")]);
    expect((await stat(`${into}/.release.json`)).mode & 0o777).toBe(0o600);
    expect(found.tree.digest).toBe(treeOf(described).digest);
  });
});

describe("a stream", () => {
  const described = nodes({ "b/c": file("x", true), "a-link": link("b"), z: file("y") });

  it("is the same bytes for the same entries in any order", async () => {
    const { entries } = treeOf(described);
    const one = await collect(entries, fromNodes(described));
    expect(await collect(entries.toReversed(), fromNodes(described))).toEqual(one);
    // The same on every machine and under every Node.
    expect(createHash("sha256").update(one).digest("hex")).toMatchInlineSnapshot(
      `"f2d8da1031d1a25663f3f8633c2f8d4ab40a1c08324f69d2e24676596b44e79b"`,
    );
  });

  it("has links last, so that nothing is written through one of its own", async () => {
    const raw = await collect(treeOf(described).entries, fromNodes(described));
    const listed = spawnSync("tar", ["-t", "-f", "-"], { input: raw }).stdout.toString();
    expect(listed).toBe("./\n./b/\n./b/c\n./z\n./a-link\n");
  });

  it("ends with two blocks of zeros, and is whole blocks", async () => {
    const raw = await collect([], fromNodes(new Map()));
    expect(raw).toHaveLength(3 * 512);
    expect(raw.subarray(512).every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ["longer", "x".repeat(11)],
    ["shorter", "x".repeat(9)],
    ["much longer", "x".repeat(200_000)],
  ])("is broken off where a file is %s than its entry says", async (_, contents) => {
    const entry: FileEntry = { kind: "file", path: bytesOf("f"), executable: false, size: 10, sha256: "" };
    await expect(collect([entry], { modes, time, read: () => contentOf(file(contents)) })).rejects.toThrow(
      "f is no longer 10 bytes long",
    );
  });

  it("fails with what reading fails with, for small and large files", async () => {
    for (const size of [10, 1_000_000]) {
      const entry: FileEntry = { kind: "file", path: bytesOf("f"), executable: false, size, sha256: "" };
      const read = (): AsyncIterable<Uint8Array> => Readable.from(failing());
      await expect(collect([entry], { modes, time, read })).rejects.toThrow("disk on fire");
    }
  });

  it("has no more than a few files open at a time, and leaves none open when it is dropped", async () => {
    const entries = Array.from({ length: 200 }, (_, index): FileEntry => ({
      kind: "file",
      path: bytesOf(`f${index}`),
      executable: false,
      size: 1,
      sha256: "",
    }));
    let open = 0;
    let most = 0;
    const read = async function* (): AsyncGenerator<Uint8Array> {
      most = Math.max(most, ++open);
      try {
        await Promise.resolve();
        yield Buffer.from("x");
      } finally {
        open -= 1;
      }
    };
    for await (const _ of writeTar(entries, { modes, time, read })) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect({ open, few: most > 1 && most <= 20 }).toEqual({ open: 0, few: true });
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("x");
  await Promise.resolve();
  throw new Error("disk on fire");
}

test("a size beyond 8 GiB is one that GNU tar reads", () => {
  const size = 20 * 1024 ** 3 + 7;
  const header = memberHeader({
    name: bytesOf("./huge"),
    type: "file",
    mode: 0o644,
    size,
    time,
    target: bytesFrom(Buffer.alloc(0)),
  });
  const listed = spawnSync("tar", ["-t", "-v", "-f", "-"], { input: header }).stdout.toString();
  expect(listed).toContain(` ${size} `);
});

test.each([
  [{ kind: "directory" }, "0755", "0644", 0o755],
  [{ kind: "link" }, "0755", "0644", 0o777],
  [{ kind: "file", executable: false }, "0755", "0644", 0o644],
  [{ kind: "file", executable: true }, "0755", "0644", 0o755],
  [{ kind: "file", executable: true }, "0750", "0640", 0o750],
  [{ kind: "file", executable: true }, "0700", "0600", 0o700],
  [{ kind: "file", executable: true }, "0755", "0464", 0o575],
])("the mode of %o under %s and %s", (entry, dirs, files, mode) => {
  expect(modeOf(entry as TreeEntry, { dirs, files })).toBe(mode);
  expect(modesOf({ dirs, files }).dir).toBe(Number.parseInt(dirs, 8));
});
