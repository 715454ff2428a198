import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as fc from "fast-check";
import { onTestFinished } from "vitest";
import { bytesFrom, bytesOf, rawBytes } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import { makeTree } from "../../src/tree/digest.ts";
import type { Undigested } from "../../src/tree/digest.ts";
import type { Tree } from "../../src/tree/entry.ts";
import { rawPath } from "../../src/tree/read.ts";

/** A directory of its own for one test. */
export function scratch(): string {
  const path = mkdtempSync(`${tmpdir()}/tree-`);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What is to be on disk: paths (as bytes) with a content, a link's target, or a directory. */
export type Node =
  | { readonly kind: "file"; readonly contents: string; readonly executable: boolean }
  | { readonly kind: "link"; readonly target: ByteString }
  | { readonly kind: "directory" };
export type Nodes = ReadonlyMap<ByteString, Node>;

export function file(contents: string, executable = false): Node {
  return { kind: "file", contents, executable };
}

export function link(target: string): Node {
  return { kind: "link", target: bytesOf(target) };
}

export const directory: Node = { kind: "directory" };

/** Nodes from readable paths; directories above them come by themselves. */
export function nodes(described: Readonly<Record<string, Node>>): Nodes {
  return withParents(new Map(Object.entries(described).map(([path, node]) => [bytesOf(path), node])));
}

/** Adds the directories that the paths need, and leaves out what is beneath something that is none. */
export function withParents(given: Nodes): Nodes {
  const whole = new Map<ByteString, Node>();
  for (const [path, node] of [...given].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = path.split("/");
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/") as ByteString);
    if (above.some((parent) => (whole.get(parent) ?? directory).kind !== "directory")) continue;
    for (const parent of above) whole.set(parent, directory);
    whole.set(path, node);
  }
  return whole;
}

/** The tree that a scan of the nodes has to give. */
export function treeOf(described: Nodes, time = 1_700_000_000): Tree {
  return makeTree(
    [...described].map(([path, node]) => entryOf(path, node)),
    time,
  );
}

function entryOf(path: ByteString, node: Node): Undigested {
  if (node.kind === "directory") return { kind: "directory", path };
  if (node.kind === "link") return { kind: "link", path, target: node.target };
  const sha256 = createHash("sha256").update(node.contents).digest("hex");
  return { kind: "file", path, executable: node.executable, size: Buffer.byteLength(node.contents), sha256 };
}

/** Writes the nodes below a directory, which may exist. */
export async function write(root: string, described: Nodes): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, node] of [...described].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const raw = rawPath(root, path);
    if (node.kind === "directory") await mkdir(raw, { recursive: true });
    if (node.kind === "link") await symlink(rawBytes(node.target), raw);
    if (node.kind === "file") {
      await writeFile(raw, node.contents);
      await chmod(raw, node.executable ? 0o755 : 0o644);
    }
  }
}

/** Names that hurt. */
export const oddNames: readonly ByteString[] = [
  "new\nline",
  "back\\slash",
  "\\n",
  "it's",
  'say "hi"',
  "-rf",
  "--",
  " lead and trail ",
  "*",
  "$HOME",
  "`id`",
  "#hash",
  "!bang",
  "...",
  "a\rb",
  "tab\there",
  "\u001B[31m",
  "größe",
  "日本語",
  "e\u0301",
  "C:\\x",
  "~",
]
  .map((name) => bytesOf(name))
  .concat([
    bytesFrom(Buffer.from([0xff])),
    bytesFrom(Buffer.from([0x61, 0xc3, 0x28])),
    bytesFrom(Buffer.from([0xed, 0xa0, 0x80])),
  ]);

/** Any name that a directory can hold. */
export const anyName: fc.Arbitrary<ByteString> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom("a", "b", "c", "a-b", "a b", "a.b").map((name) => bytesOf(name)) },
    { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 6 }).map((raw) => bytesFrom(raw)) },
  )
  .filter((name) => !/[/\0]/u.test(name) && name !== "." && name !== ".." && name !== ".git");

const anyNode: fc.Arbitrary<Node> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ contents: fc.constantFrom("", "x", "y", "z\n", "long".repeat(300)), executable: fc.boolean() })
      .map(({ contents, executable }) => file(contents, executable)),
  },
  { weight: 1, arbitrary: fc.constantFrom("a", "../..", "/etc/passwd", "nowhere", "x".repeat(150)).map(link) },
  { weight: 1, arbitrary: fc.constant(directory) },
);

/** Small trees of all kinds of entries and names, in which contents repeat. */
export const anyNodes: fc.Arbitrary<Nodes> = fc
  .array(fc.tuple(fc.array(anyName, { minLength: 1, maxLength: 4 }), anyNode), { maxLength: 12 })
  .map((list) => withParents(new Map(list.map(([parts, node]) => [parts.join("/") as ByteString, node]))));
