import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import { checkTree } from "../../src/tree/check.ts";
import { hideShared, sharedConflicts } from "../../src/tree/shared.ts";
import { anyName, anyNodes, directory, file, link, nodes, treeOf } from "./support.ts";

describe("hiding what is shared", () => {
  const tree = treeOf(nodes({ ".env": file("A=1"), "log/a/old": file("x"), "log-rotate": file("x"), "public/log": file("x") }));

  it("takes out an entry and all that is below it, and nothing that only starts like it", () => {
    const { tree: left, hidden } = hideShared(tree, [bytesOf("log"), bytesOf(".env")]);
    expect(hidden.map((entry) => entry.path)).toEqual([".env", "log", "log/a", "log/a/old"]);
    expect(left).toEqual(treeOf(nodes({ "log-rotate": file("x"), "public/log": file("x") })));
  });

  it("keeps the directory above", () => {
    expect(hideShared(tree, [bytesOf("public/log")]).tree.entries.map((entry) => entry.path)).toContain("public");
  });

  it("is the same tree where nothing is hidden", () => {
    expect(hideShared(tree, [bytesOf("nothing"), bytesOf("public/uploads")])).toEqual({ tree, hidden: [] });
  });
});

test("what is left and what is hidden make up the tree", () => {
  fc.assert(
    fc.property(anyNodes, fc.array(fc.array(anyName, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), (described, picks) => {
      const paths = picks.map((parts) => parts.join("/") as ByteString);
      const tree = treeOf(described);
      const { tree: left, hidden } = hideShared(tree, paths);
      checkTree(left);
      const below = (path: ByteString): boolean => paths.some((shared) => path === shared || path.startsWith(`${shared}/`));
      expect(hidden.map((entry) => entry.path)).toEqual([...described.keys()].filter(below).toSorted());
      expect(left.entries.map((entry) => entry.path)).toEqual(
        tree.entries.map((entry) => entry.path).filter((path) => !below(path)),
      );
    }),
  );
});

test("P9: a file or link above a shared path is a conflict, a directory or nothing is none", () => {
  const tree = treeOf(nodes({ public: link("web"), config: file(""), "var/cache": directory, "var/run": file("") }));
  const paths = ["public/uploads", "config/a/b", "var/cache/x", "var/run/a/b", "var/run", "new/dir"].map(bytesOf);
  expect(sharedConflicts(tree, paths)).toEqual([
    { path: "public/uploads", at: "public" },
    { path: "config/a/b", at: "config" },
    { path: "var/run/a/b", at: "var/run" },
  ]);
});
