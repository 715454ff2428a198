import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import { checkTree } from "../../src/tree/check.ts";
import type { TreeEntry } from "../../src/tree/entry.ts";
import { anyNodes, treeOf } from "./support.ts";

const sha256 = "0".repeat(64);
const file = (path: string): TreeEntry => ({ kind: "file", path: bytesOf(path), executable: false, size: 0, sha256 });
const link = (path: string): TreeEntry => ({ kind: "link", path: bytesOf(path), target: "/etc" as ByteString });
const directory = (path: string): TreeEntry => ({ kind: "directory", path: bytesOf(path), digest: sha256 });

describe("P10: a tree that could write outside of the release is refused", () => {
  it.each<[string, TreeEntry[]]>([
    ["beneath a link", [link("a"), file("a/b")]],
    ["beneath a file", [file("a"), file("a/b")]],
    ["in a directory that is not there", [file("a/b")]],
    ["upwards", [file("..")]],
    ["upwards in the middle", [directory("a"), directory("a/.."), file("a/../b")]],
    ["absolute", [file("/etc/passwd")]],
    ["the root itself", [directory(".")]],
    ["an empty part", [directory("a"), file("a/")]],
    ["a NUL", [file("a\0b")]],
    ["twice", [file("a"), file("a")]],
    ["not sorted", [file("b"), file("a")]],
  ])("%s", (_, entries) => {
    expect(() => checkTree({ entries, digest: sha256, time: 0 })).toThrow(Error);
  });
});

test("every tree that is made passes", () => {
  fc.assert(
    fc.property(anyNodes, (described) => {
      expect(checkTree(treeOf(described))).toBeUndefined();
    }),
  );
});
