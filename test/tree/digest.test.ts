import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import { makeTree } from "../../src/tree/digest.ts";
import type { Nodes } from "./support.ts";
import { anyNodes, directory, file, link, nodes, treeOf } from "./support.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("a digest is what the documentation says", () => {
  const tree = treeOf(nodes({ "b/inner\n": file("x", true), "b/to": link("../a"), a: file("yy"), empty: directory }));
  const empty = sha256("");
  const b = sha256(`F x 1 ${sha256("x")} inner\\n\nL - 4 ${sha256("../a")} to\n`);
  expect(tree.digest).toBe(sha256(`F - 2 ${sha256("yy")} a\nD - 0 ${b} b\nD - 0 ${empty} empty\n`));
  expect(tree.entries.find((entry) => entry.path === "b")).toMatchObject({ digest: b });
});

test("an empty tree has the digest of nothing", () => {
  expect(makeTree([], 0)).toEqual({ entries: [], digest: sha256(""), time: 0 });
});

test("entries are sorted by bytes, a directory's before what is in it", () => {
  const tree = treeOf(nodes({ "a/b": file(""), "a-": file(""), "a.b": file(""), é: file(""), B: file("") }));
  expect(tree.entries.map((entry) => entry.path)).toEqual(["B", "a", "a-", "a.b", "a/b", bytesOf("é")]);
});

test("digests are equal if and only if all that they stand for is", () => {
  fc.assert(
    fc.property(anyNodes, anyNodes, (one, other) => {
      expect(treeOf(one).digest === treeOf(other).digest).toBe(same(one, other));
    }),
    { numRuns: 300 },
  );
});

test("one difference anywhere changes the digest", () => {
  fc.assert(
    fc.property(anyNodes, fc.nat(), (described, seed) => {
      for (const changed of changes(described, seed)) expect(treeOf(changed).digest).not.toBe(treeOf(described).digest);
    }),
    { numRuns: 300 },
  );
});

// Every way in which one entry can be another one.
function changes(described: Nodes, seed: number): Nodes[] {
  const paths = [...described.keys()];
  const path = paths[seed % paths.length];
  const node = path === undefined ? undefined : described.get(path);
  const added = new Map([...described, [bytesOf("added"), directory]]);
  if (path === undefined || node === undefined) return [added];
  const others = {
    file: [file("other"), link("other"), directory],
    link: [link("elsewhere"), file("a")],
    directory: [],
  }[node.kind];
  const flipped = node.kind === "file" ? [file(node.contents, !node.executable)] : [];
  return [added, ...[...others, ...flipped].map((other) => new Map([...described, [path, other]]))];
}

function same(one: Nodes, other: Nodes): boolean {
  const text = (described: Nodes): string => JSON.stringify([...described].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}

test("the order in which entries come does not count", () => {
  fc.assert(
    fc.property(
      anyNodes.chain((described) =>
        fc.tuple(fc.constant(described), fc.shuffledSubarray([...described], { minLength: described.size })),
      ),
      ([described, shuffled]) => {
        expect(treeOf(new Map(shuffled))).toEqual(treeOf(described));
      },
    ),
  );
});

test("an entry outside of every directory is a defect", () => {
  const entries = [{ kind: "link", path: bytesOf("a/b"), target: bytesOf("x") }] as const;
  expect(() => makeTree(entries, 0)).toThrow("no directory");
});
