import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, type ByteString } from "../../src/host/bytes.ts";
import type { Tree } from "../../src/tree/entry.ts";
import { changedLinks, NotATree, readKept, treeOfKept } from "../../src/tree/kept.ts";
import { formatManifest } from "../../src/tree/manifest.ts";
import { anyNodes, file, link, nodes, treeOf } from "./support.ts";

const targetsOf = ({ entries }: Tree): ByteString[] => entries.flatMap((entry) => (entry.kind === "link" ? [entry.target] : []));

test("a manifest and the targets of its links are the tree again", () => {
  fc.assert(
    fc.property(anyNodes, (described) => {
      const tree = treeOf(described);
      const kept = readKept(formatManifest(tree));
      expect(changedLinks(kept, targetsOf(tree))).toEqual([]);
      expect(treeOfKept(kept, targetsOf(tree), tree.time)).toEqual(tree);
    }),
  );
});

test("a link that says something else, or nothing, is found", () => {
  const tree = treeOf(nodes({ a: link("one"), b: link("two"), c: link("three") }));
  const kept = readKept(formatManifest(tree));
  expect(changedLinks(kept, ["one", "2"].map(bytesOf))).toEqual([1, 2]);
  expect(() => treeOfKept(kept, ["one", "2", "three"].map(bytesOf), 0)).toThrow(NotATree);
});

const HASH = "0".repeat(64);

test.each([
  ["cut", (text: string) => text.slice(0, -1)],
  ["without its root", (text: string) => text.replace(/^.*\n/, "")],
  ["of other bytes", (text: string) => text.replace(/[0-9a-f]{64} b/, `${HASH} b`)],
  ["with a file more", (text: string) => `${text}F - 1 ${HASH} z\n`],
  ["leading out", (text: string) => `${text}F - 1 ${HASH} ../z\n`],
  ["with a name twice", (text: string) => `${text}D - 0 ${HASH} b\n`],
  ["writing through a link", (text: string) => `${text}F - 1 ${HASH} a/z\n`],
])("P10: a manifest %s is no tree", (_, spoil) => {
  const tree = treeOf(nodes({ a: link("/etc"), b: file("b") }));
  const text = spoil(formatManifest(tree)) as ByteString;
  expect(() => treeOfKept(readKept(text), targetsOf(tree), 0)).toThrow(NotATree);
});

test("P10: what agrees with its own digest and is still no tree of ours is refused", () => {
  for (const path of [".release.json", "REVISION", ".slh-seed/a"]) {
    const tree = treeOf(nodes({ [path]: file("{}") }));
    expect(() => treeOfKept(readKept(formatManifest(tree)), [], 0), path).toThrow(`has ${path.split("/")[0]}`);
  }
});
