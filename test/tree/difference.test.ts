import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import { formatDelta } from "../../src/tree/delta.ts";
import { contentsToAskFor, transfer, unchangedSubtrees } from "../../src/tree/difference.ts";
import type { Base, Held, HeldAt } from "../../src/tree/difference.ts";
import type { FileEntry, Tree, TreeEntry } from "../../src/tree/entry.ts";
import { formatManifest, isOddName, manifestLine, parseManifest, unescapePath } from "../../src/tree/manifest.ts";
import type { Nodes } from "./support.ts";
import { anyNodes, directory, file, link, nodes, treeOf, withParents } from "./support.ts";

// A host as far as differences go: its releases, and what it says of them.
type Releases = ReadonlyMap<string, Tree>;

function baseOf(release: string, tree: Tree): Base {
  const directories = tree.entries.filter((entry) => entry.kind === "directory");
  return {
    release,
    directories: new Map([["." as ByteString, tree.digest], ...directories.map(({ path, digest }) => [path, digest] as const)]),
  };
}

function held(releases: Releases, asked: readonly string[]): Held {
  const places = new Map<string, HeldAt[]>();
  for (const [release, tree] of releases) {
    for (const { path, sha256 } of filesOf(tree.entries)) {
      if (asked.includes(sha256)) places.set(sha256, [...(places.get(sha256) ?? []), { release, path }]);
    }
  }
  return places;
}

function filesOf(entries: readonly TreeEntry[]): FileEntry[] {
  return entries.filter((entry) => entry.kind === "file");
}

describe("unchanged subtrees", () => {
  const before = nodes({ "a/b/c": file("1"), "a/d": file("2"), "e/f": file("3"), g: link("x") });
  const base = baseOf("r1", treeOf(before));
  const changed = (extra: Record<string, ReturnType<typeof file>>): ByteString[] =>
    unchangedSubtrees(treeOf(new Map([...before, ...nodes(extra)])), base);

  it("are the root alone where nothing changed", () => {
    expect(unchangedSubtrees(treeOf(before), base)).toEqual(["."]);
  });

  it("are the greatest ones, none within another", () => {
    expect(changed({ h: file("4") })).toEqual(["a", "e"]);
    expect(changed({ "a/d": file("other") })).toEqual(["a/b", "e"]);
    expect(changed({ "a/b/c": file("1", true) })).toEqual(["e"]);
  });

  it("are none without a base", () => {
    expect(unchangedSubtrees(treeOf(before), null)).toEqual([]);
  });

  it("do not start at an odd name", () => {
    const odd = nodes({ "a\nb/c": file("1"), d: file("2") });
    expect(unchangedSubtrees(treeOf(new Map([...odd, ...nodes({ d: file("3") })])), baseOf("r1", treeOf(odd)))).toEqual([]);
  });
});

describe("a transfer", () => {
  const old = treeOf(nodes({ "app/one": file("1"), "app/two": file("2"), "lib/x/y": file("3") }));
  const older = treeOf(nodes({ "app/two": file("2"), gone: file("5") }));
  const now = treeOf(
    nodes({
      "app/one": file("1"),
      "app/renamed": file("2"),
      "app/two": file("new"),
      back: file("5", true),
      empty: file(""),
      to: link("lib"),
      "lib/x/y": file("3"),
      void: directory,
    }),
  );
  const base = baseOf("r2", old);
  const releases = new Map([
    ["r1", older],
    ["r2", old],
  ]);
  const result = transfer(now, base, held(releases, contentsToAskFor(now, base)));

  it("copies unchanged directories, the same path, another path, from any release, and sends the rest", () => {
    expect(result.same).toEqual([{ release: "r2", directory: "lib" }]);
    expect(result.copy.map(({ release, from, entry }) => [release, from, entry.path])).toEqual([
      ["r2", "app/one", "app/one"],
      ["r2", "app/two", "app/renamed"],
      ["r1", "gone", "back"],
    ]);
    expect(result.send.map((entry) => entry.path)).toEqual(["app", "app/two", "empty", "to", "void"]);
    expect(result.bytes).toBe(3);
  });

  it("is a line each for the host", () => {
    const line = (path: string): string => manifestLine(now.entries.find((entry) => entry.path === path) as TreeEntry);
    expect(formatDelta(result).split("\n")).toEqual([
      `+ D - 0 ${now.digest} .`,
      "= r2 lib",
      `~ r2 ${line("app/one")}`,
      "> r2 app/two",
      `: ${line("app/renamed")}`,
      "> r1 gone",
      `: ${line("back")}`,
      ...["app", "app/two", "empty", "to", "void"].map((path) => `+ ${line(path)}`),
      "",
    ]);
  });

  it("prefers the base where several releases have the same path", () => {
    const both = new Map([
      ["r2", old],
      ["r3", old],
    ]);
    const other = treeOf(nodes({ "app/one": file("1"), more: file("6") }));
    const chosen = transfer(other, base, held(both, contentsToAskFor(other, base))).copy;
    expect(chosen.map(({ release }) => release)).toEqual(["r2"]);
  });

  it("refuses a release that would not be one word", () => {
    expect(() => formatDelta({ ...result, same: [{ release: "a b", directory: bytesOf("lib") }] })).toThrow("release id");
  });
});

// Two releases with much in common, and the tree to bring: some of both, and new names, of which many have old contents.
const situations = fc.tuple(anyNodes, anyNodes, anyNodes, anyNodes, fc.nat()).map(([one, two, three, four, seed]) => {
  const now = withParents(new Map([...[...one].filter((_, index) => (seed >> (index % 16)) % 2 === 0), ...two, ...four]));
  return { releases: { r1: one, r2: withParents(new Map([...three, ...two])) }, now };
});

test("whatever a host has, it ends up with exactly the tree", () => {
  fc.assert(
    fc.property(situations, fc.constantFrom("r1", "r2", null), (situation, baseRelease) => {
      const { releases, tree, base } = prepare(situation, baseRelease);
      const result = transfer(tree, base, held(releases, contentsToAskFor(tree, base)));
      const text = formatDelta(result);
      expect(manifestOnHost(text, releases)).toBe(formatManifest(tree));
      expect(result.bytes).toBe(filesOf(result.send).reduce((sum, { size }) => sum + size, 0));
    }),
    { numRuns: 500 },
  );
});

test("nothing is sent that the host holds, and nothing odd is left to a list", () => {
  fc.assert(
    fc.property(situations, fc.constantFrom("r1", "r2", null), (situation, baseRelease) => {
      const { releases, tree, base } = prepare(situation, baseRelease);
      const places = held(releases, contentsToAskFor(tree, base));
      const result = transfer(tree, base, places);
      const needless = filesOf(result.send).filter(
        ({ path, size, sha256 }) => size > 0 && !isOddName(path) && places.get(sha256)?.some((place) => !isOddName(place.path)),
      );
      expect(needless).toEqual([]);
      expect(result.copy.filter(({ from, entry }) => isOddName(from) || isOddName(entry.path) || entry.size === 0)).toEqual([]);
      const odd = tree.entries.filter((entry) => isOddName(entry.path));
      expect(result.send.filter((entry) => isOddName(entry.path))).toEqual(odd);
    }),
    { numRuns: 500 },
  );
});

test("the stream has every directory above what is in it", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { releases, tree, base } = prepare(situation, "r1");
      const { send, copy } = transfer(tree, base, held(releases, contentsToAskFor(tree, base)));
      const sent = new Set(send.map((entry) => entry.path));
      for (const path of [...sent, ...copy.map(({ entry }) => entry.path)]) {
        const parent = path.slice(0, Math.max(0, path.lastIndexOf("/"))) as ByteString;
        expect(parent === "" || sent.has(parent)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

interface Situation {
  readonly releases: Readonly<Record<string, Nodes>>;
  readonly now: Nodes;
}

function prepare(situation: Situation, baseRelease: string | null): { releases: Releases; tree: Tree; base: Base | null } {
  const releases = new Map(Object.entries(situation.releases).map(([release, described]) => [release, treeOf(described)]));
  const tree = baseRelease === null ? undefined : releases.get(baseRelease);
  return {
    releases,
    tree: treeOf(situation.now),
    base: tree === undefined || baseRelease === null ? null : baseOf(baseRelease, tree),
  };
}

// What the host makes of the lines, by their documentation alone.
function manifestOnHost(delta: ByteString, releases: Releases): string {
  const lines = new Map<ByteString, string>();
  const keep = (line: string): void => {
    const [entry] = parseManifest(`${line}\n` as ByteString).entries;
    if (entry === undefined) throw new Error(`Not a manifest line: ${line}`);
    lines.set(entry.path, line);
  };
  const [first, ...rest] = delta.split("\n").slice(0, -1) as ByteString[];
  let renamed: { release: string; from: ByteString } | null = null;
  for (const line of rest) {
    const [kind, release = "", ...words] = line.split(" ");
    const tail = words.join(" ") as ByteString;
    if (kind === "=") for (const same of linesBelow(treeIn(releases, release), tail)) keep(same);
    else if (kind === "+") keep(line.slice(2));
    else if (kind === ">") renamed = { release, from: unescapePath(tail) as ByteString };
    else if (kind === "~") keep(copied(treeIn(releases, release), tail, null));
    else if (kind === ":" && renamed !== null)
      keep(copied(treeIn(releases, renamed.release), line.slice(2) as ByteString, renamed.from));
    else throw new Error(`Unknown line: ${line}`);
  }
  const sorted = [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return `${[first?.slice(2), ...sorted].join("\n")}\n`;
}

function treeIn(releases: Releases, release: string): Tree {
  const tree = releases.get(release);
  if (tree === undefined) throw new Error(`No release ${release}`);
  return tree;
}

function linesBelow(tree: Tree, at: ByteString): string[] {
  const below = tree.entries.filter(({ path }) => at === "." || path === at || path.startsWith(`${at}/`));
  return below.map((entry) => manifestLine(entry));
}

function copied(tree: Tree, line: ByteString, from: ByteString | null): string {
  const [wanted] = parseManifest(`${line}\n` as ByteString).entries;
  const source = filesOf(tree.entries).find(({ path }) => path === (from ?? wanted?.path));
  if (source?.sha256 !== wanted?.sha256) throw new Error(`Another content: ${line}`);
  return line;
}

test("100,000 entries are no reason for more than linear work", () => {
  const entries = Array.from(
    { length: 100_000 },
    (_, index) => [bytesOf(`d${index % 1000}/e${index % 7}/f${index}`), file(String(index % 5000))] as const,
  );
  const small = Object.fromEntries(entries.slice(0, 10_000));
  const time = (described: Nodes): number => {
    const before = treeOf(described);
    const after = treeOf(new Map([...described, ...nodes({ "d1/new": file("new") })]));
    const started = performance.now();
    const base = baseOf("r1", before);
    const places = new Map(
      contentsToAskFor(after, null).map((sha256) => [sha256, [{ release: "r1", path: bytesOf("elsewhere") }]]),
    );
    transfer(after, base, places);
    transfer(after, null, places);
    return performance.now() - started;
  };
  time(nodes(small));
  expect(time(withParents(new Map(entries))) / time(nodes(small))).toBeLessThan(100);
});
