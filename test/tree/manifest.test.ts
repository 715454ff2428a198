import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { bytesFrom, bytesOf } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import type { TreeEntry } from "../../src/tree/entry.ts";
import { escapePath, formatManifest, isOddName, parseManifest, unescapePath } from "../../src/tree/manifest.ts";
import type { ManifestEntry } from "../../src/tree/manifest.ts";
import { anyName, anyNodes, file, link, nodes, treeOf } from "./support.ts";

const sha = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

test("the text form, byte for byte", () => {
  const tree = treeOf(nodes({ "bin/run": file("x", true), "bin/to": link("run"), "new\nline\\": file("x") }));
  const bin = tree.entries[0] as TreeEntry & { digest: string };
  expect(formatManifest(tree)).toBe(
    [
      `D - 0 ${tree.digest} .`,
      `D - 0 ${bin.digest} bin`,
      `F x 1 ${sha} bin/run`,
      "L - 3 acba25512100f80b56fc3ccd14c65be55d94800cda77585c5f41a887e398f9be bin/to",
      String.raw`F - 1 ${sha} new\nline\\`,
      "",
    ].join("\n"),
  );
});

test("what is written is read back, one line an entry", () => {
  fc.assert(
    fc.property(anyNodes, (described) => {
      const tree = treeOf(described);
      const text = formatManifest(tree);
      expect(text.split("\n")).toHaveLength(tree.entries.length + 2);
      const { digest, entries, damaged } = parseManifest(text);
      expect({ digest, damaged }).toEqual({ digest: tree.digest, damaged: 0 });
      expect(entries.map(comparable)).toEqual(tree.entries.map(comparable));
    }),
  );
});

function comparable(entry: TreeEntry | ManifestEntry): unknown {
  const executable = "executable" in entry && entry.executable;
  return [entry.kind, entry.path, executable, entry.kind === "file" && entry.size];
}

describe("a damaged manifest", () => {
  it.each([
    ["an empty line", ""],
    ["another kind", `X - 0 ${sha} a`],
    ["a directory that is executable", `D x 0 ${sha} a`],
    ["a directory with a size", `D - 1 ${sha} a`],
    ["a file without its bit", `F 1 ${sha} a`],
    ["a size that is no number", `F - 1e3 ${sha} a`],
    ["a cut hash", `F - 1 ${sha.slice(1)} a`],
    ["upper case", `F - 1 ${sha.toUpperCase()} a`],
    ["no path", `F - 1 ${sha} `],
    ["an unknown escape", String.raw`F - 1 ${sha} a\b`],
    ["half an escape", `F - 1 ${sha} a\\`],
    ["an absolute path", `F - 1 ${sha} /etc/passwd`],
    ["a way out", `F - 1 ${sha} a/../../b`],
    ["an empty part", `F - 1 ${sha} a//b`],
    ["a file at the root", `F - 1 ${sha} .`],
  ])("%s is skipped and counted", (_, line) => {
    const { entries, damaged } = parseManifest(bytesOf(`F - 1 ${sha} whole\n${line}\nF - 1 ${sha} also\n`));
    expect({ paths: entries.map((entry) => entry.path), damaged }).toEqual({ paths: ["whole", "also"], damaged: 1 });
  });

  it("does not take a cut path for a shorter one", () => {
    const text = formatManifest(treeOf(nodes({ "releases/older": file("x") })));
    const cut = parseManifest(text.slice(0, -3) as ByteString);
    expect({ paths: cut.entries.map((entry) => entry.path), damaged: cut.damaged }).toEqual({ paths: ["releases"], damaged: 1 });
  });

  it("has no digest without the line of the root", () => {
    expect(parseManifest(bytesOf(`F - 1 ${sha} a\n`)).digest).toBeNull();
  });
});

test("escaping keeps every path apart and on one line", () => {
  fc.assert(
    fc.property(fc.array(anyName, { minLength: 1 }), (parts) => {
      const path = parts.join("/") as ByteString;
      expect(escapePath(path)).not.toContain("\n");
      expect(unescapePath(escapePath(path))).toBe(path);
    }),
  );
});

test.each<[string, ByteString, boolean]>([
  ["letters", bytesOf("a/b c-d.txt"), false],
  ["text beyond ASCII", bytesOf("größe/日本語"), false],
  ["quotes, stars and dollars", bytesOf("-'\"*$`"), false],
  ["newline", bytesOf("a\nb"), true],
  ["carriage return", bytesOf("a\rb"), true],
  ["backslash in a directory", bytesOf("a\\b/c"), true],
  ["a byte that is no text", bytesFrom(Buffer.from([0x61, 0xff])), true],
  ["a surrogate in UTF-8", bytesFrom(Buffer.from([0xed, 0xa0, 0x80])), true],
])("odd or not: %s", (_, path, odd) => {
  expect(isOddName(path)).toBe(odd);
});
