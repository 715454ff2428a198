import { execFileSync } from "node:child_process";
import { appendFile, chmod, link as hardLink, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { Readable } from "node:stream";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { bytesFrom, bytesOf } from "../../src/host/bytes.ts";
import type { ByteString } from "../../src/host/bytes.ts";
import { hashFile, readEntry } from "../../src/tree/read.ts";
import { scanTree } from "../../src/tree/scan.ts";
import type { Scanned } from "../../src/tree/scan.ts";
import { anyNodes, directory, file, link, nodes, oddNames, scratch, treeOf, withParents, write } from "./support.ts";
import type { Nodes } from "./support.ts";

async function scanned(described: Nodes, exclude: readonly string[] = []): Promise<Scanned> {
  const root = scratch();
  await write(root, described);
  return scanTree(root, { exclude });
}

function makePipes(...named: readonly string[]): void {
  execFileSync("sh", ["-c", 'mkfifo "$@"', "sh", ...named]);
}

function paths({ tree }: Scanned): string[] {
  return tree.entries.map((entry) => entry.path);
}

describe("a scan", () => {
  it("is the tree that was written, whatever the names", async () => {
    const everything = oddNames.flatMap((name, index) => [
      [name, index % 2 === 0 ? file(name, index % 4 === 0) : directory] as const,
      [`${name}.d/${name}` as ByteString, link(`../${index}`)] as const,
    ]);
    const described = withParents(new Map([...everything, ...nodes({ "empty/dir": directory, run: file("#!/bin/sh\n", true) })]));
    const root = scratch();
    await write(root, described);
    expect(await scanTree(root, { exclude: [], time: 7 })).toEqual({ tree: treeOf(described, 7), warnings: [] });
  });

  it("is that for any tree", async () => {
    await fc.assert(
      fc.asyncProperty(anyNodes, async (described) => {
        const root = scratch();
        await write(root, described);
        const { tree } = await scanTree(root, { exclude: [], time: 7 });
        await rm(root, { recursive: true });
        expect(tree).toEqual(treeOf(described, 7));
      }),
      { numRuns: 50 },
    );
  });

  it("takes links as they are, wherever they point, and follows none", async () => {
    const described = nodes({
      "a/file": file("x"),
      loop: link("."),
      out: link("/etc"),
      up: link("../../.."),
      gone: link("nowhere"),
      to: link("a"),
    });
    expect((await scanned(described)).tree.digest).toBe(treeOf(described).digest);
  });

  it("follows a link that is the source itself", async () => {
    const root = scratch();
    await write(`${root}/real`, nodes({ a: file("x") }));
    await symlink("real", `${root}/dist`);
    expect(paths(await scanTree(`${root}/dist`, { exclude: [] }))).toEqual(["a"]);
  });

  it("calls executable what its owner may execute", async () => {
    const root = scratch();
    await write(root, nodes({ group: file(""), owner: file("") }));
    await chmod(`${root}/group`, 0o671);
    await chmod(`${root}/owner`, 0o744);
    const { tree } = await scanTree(root, { exclude: [] });
    expect(tree.entries).toMatchObject([{ executable: false }, { executable: true }]);
  });

  it("makes copies of hard links", async () => {
    const root = scratch();
    await write(root, nodes({ a: file("x") }));
    await hardLink(`${root}/a`, `${root}/b`);
    expect((await scanTree(root, { exclude: [] })).tree.digest).toBe(treeOf(nodes({ a: file("x"), b: file("x") })).digest);
  });

  it("reads a file of many chunks", async () => {
    const contents = "0123456789abcdef".repeat(60_000);
    expect((await scanned(nodes({ big: file(contents) }))).tree.digest).toBe(treeOf(nodes({ big: file(contents) })).digest);
  });

  it("has the time of the newest file in it, in whole seconds", async () => {
    const root = scratch();
    await write(root, nodes({ "d/old": file(""), "d/new": file(""), left: file("") }));
    await utimes(`${root}/d/old`, 1000, 1000);
    await utimes(`${root}/d/new`, 2000, 2000.9);
    await utimes(`${root}/left`, 1500, 1500);
    await utimes(`${root}/d`, 3000, 3000);
    expect((await scanTree(root, { exclude: [] })).tree.time).toBe(2000);
    expect((await scanTree(root, { exclude: ["new"] })).tree.time).toBe(1500);
    expect((await scanTree(root, { exclude: ["*"] })).tree.time).toBe(0);
  });
});

describe("what is left out", () => {
  it("is .git at every level, as a directory and as a file", async () => {
    const found = await scanned(
      nodes({ ".git/HEAD": file(""), "sub/.git": file(""), ".gitignore": file(""), "x.git/a": file("") }),
    );
    expect(paths(found)).toEqual([".gitignore", "sub", "x.git", "x.git/a"]);
  });

  it("is .deployignore in the root and what it names, with the last word for the configuration", async () => {
    const described = nodes({
      ".deployignore": file("*.log\n/build\nsecret\n"),
      "a/.deployignore": file("*\n"),
      "a/x.log": file(""),
      "a/build/y": file(""),
      "build/z": file(""),
      secret: file(""),
      "keep.log": file(""),
    });
    expect(paths(await scanned(described, ["!keep.log", "a/build/"]))).toEqual(["a", "a/.deployignore", "keep.log"]);
  });

  it("keeps a directory of which all is left out", async () => {
    expect(paths(await scanned(nodes({ "cache/a": file("") }), ["cache/*"]))).toEqual(["cache"]);
  });

  it("is what git would leave out", async () => {
    const patterns = [
      "*.tmp",
      "!keep.tmp",
      "/top",
      "dir/",
      "a/**/z",
      "**/deep/*",
      "[ab]c",
      "sp\\ ace",
      "\\#hash",
      "\\!bang",
      "größe",
      "tr.?",
      "#comment",
      "",
      "*.o\r",
    ];
    const described = nodes({
      ...Object.fromEntries(
        ["a.tmp", "keep.tmp", "top", "x/top", "dir/f", "x/dir", "a/z", "a/b/c/z", "q/deep/r", "ac", "bc", "cc", "sp ace"].map(
          (path) => [path, file("")],
        ),
      ),
      ...Object.fromEntries(
        ["#hash", "!bang", "größe", "GRÖSSE", "TOP", "tr.x", "tr.xy", "new\nline.tmp", "x.o", "y/keep.tmp/in", "日本語"].map(
          (path) => [path, file("")],
        ),
      ),
    });
    const odd = [...described].concat([
      [`${bytesFrom(Buffer.from([0xff]))}.tmp` as ByteString, file("")],
      [bytesFrom(Buffer.from([0xff])), file("")],
    ]);
    const root = scratch();
    await write(root, new Map(odd));
    await writeFile(`${root}/.deployignore`, patterns.join("\n"));
    execFileSync("git", ["init", "-q"], { cwd: root });
    const listed = execFileSync("git", ["ls-files", "-z", "--others", "--exclude-from=.deployignore"], { cwd: root });
    const expected = bytesFrom(listed)
      .split("\0")
      .filter((path) => path !== "" && path !== ".deployignore");
    const found = await scanTree(root, { exclude: [] });
    expect(found.tree.entries.filter(({ kind }) => kind === "file").map(({ path }) => path)).toEqual(expected.toSorted());
  });

  it("tells names apart that are no text", async () => {
    const [one, other] = [Buffer.from([0x61, 0xff]), Buffer.from([0x61, 0xfe])].map((raw) => bytesFrom(raw)) as [
      ByteString,
      ByteString,
    ];
    const described = new Map([
      [one, file("")],
      [other, file("")],
    ]);
    const root = scratch();
    await write(root, described);
    await writeFile(`${root}/.deployignore`, Buffer.from([0x61, 0xff, 0x0a]));
    expect(paths(await scanTree(root, { exclude: [] }))).toEqual([other]);
    expect(paths(await scanTree(root, { exclude: ["a?"] }))).toEqual([]);
  });

  it.each([
    ["a link", (path: string) => symlink("/etc/passwd", path)],
    ["a directory", (path: string) => mkdir(path)],
  ])("cannot be read from %s", async (_, make) => {
    const root = scratch();
    await make(`${root}/.deployignore`);
    await expect(scanTree(root, { exclude: [] })).rejects.toMatchObject({
      kind: "source",
      message: expect.stringContaining(".deployignore") as string,
    });
  });
});

describe("what a release cannot hold", () => {
  it("is refused, all of it at once, before any file is read", async () => {
    const root = scratch();
    await write(root, nodes({ "sub/a": file("x") }));
    makePipes(`${root}/sub/pipe`, `${root}/ignored`);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${root}/socket`, resolve));
    onTestFinished(() => void server.close());
    const refused = scanTree(root, { exclude: ["ignored"] });
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow("socket (socket), sub/pipe (pipe)");
    expect(paths(await scanTree(root, { exclude: ["ignored", "pipe", "socket"] }))).toEqual(["sub", "sub/a"]);
  });

  it.runIf(process.getuid?.() === 0)("includes devices (needs root to make one)", async () => {
    const root = scratch();
    execFileSync("mknod", [`${root}/null`, "c", "1", "3"]);
    await expect(scanTree(root, { exclude: [] })).rejects.toThrow("null (device)");
  });
});

describe("a warning says", () => {
  it("that setuid, setgid and sticky bits are dropped, once for all", async () => {
    const root = scratch();
    await write(root, nodes({ "d/suid": file(""), sticky: directory, plain: file("") }));
    await chmod(`${root}/d/suid`, 0o4755);
    await chmod(`${root}/sticky`, 0o1777);
    expect((await scanTree(root, { exclude: [] })).warnings).toEqual([
      "setuid, setgid and sticky bits are not deployed: d/suid, sticky",
    ]);
  });

  it("that what is deployed are pointers of Git LFS", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n";
    const found = await scanned(
      nodes({ "a.png": file(pointer), "b/c.png": file(pointer), d: file(`${pointer}${"x".repeat(1024)}`) }),
    );
    expect(found.warnings).toEqual([
      "2 files are Git LFS pointers, not the contents they stand for: a.png, b/c.png. " +
        "Where git-lfs is installed and set up (git lfs install), a deploy from git takes the contents",
    ]);
  });

  it("that names which are ours are replaced, in the root only", async () => {
    const found = await scanned(nodes({ REVISION: file("x"), ".release.json/a": file(""), "sub/REVISION": file("") }));
    expect(paths(found)).toEqual(["sub", "sub/REVISION"]);
    expect(found.warnings).toEqual([expect.stringContaining(".release.json, REVISION")]);
    expect((await scanned(nodes({ REVISION: file("x") }), ["REVISION"])).warnings).toEqual([]);
  });
});

async function* reading(root: string, { tree }: Scanned): AsyncGenerator<Uint8Array> {
  const entry = tree.entries[0];
  if (entry?.kind === "file") yield* readEntry(root, entry);
}

async function hashed(contents: string): Promise<{ root: string; before: Scanned }> {
  const root = scratch();
  await write(root, nodes({ f: file(contents) }));
  return { root, before: await scanTree(root, { exclude: [] }) };
}

const large = "before".repeat(100_000);

// Small files are read at once, large ones by and by.
describe.each([
  ["small", "before"],
  ["large", large],
])("a %s file that is no longer what was hashed", (_, contents) => {
  const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<string> =>
    Buffer.concat((await Readable.from(chunks).toArray()) as Uint8Array[]).toString();

  test("is read while it is the same", async () => {
    const { root, before } = await hashed(contents);
    expect(await collect(reading(root, before))).toBe(contents);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ["other bytes", (path) => writeFile(path, `${contents.slice(0, -1)}E`)],
    ["longer", (path) => appendFile(path, "x")],
    ["shorter", (path) => truncate(path, contents.length - 1)],
    ["gone", (path) => rm(path)],
    ["a link to the same", (path) => rename(path, `${path}2`).then(() => symlink("f2", path))],
    ["a pipe", (path) => rm(path).then(() => makePipes(path))],
    ["a directory", (path) => rm(path).then(() => mkdir(path))],
  ])("fails: %s", async (_, change) => {
    const { root, before } = await hashed(contents);
    await change(`${root}/f`);
    await expect(collect(reading(root, before))).rejects.toMatchObject({ name: "UserError", kind: "source" });
  });
});

test.each<[string, (path: string) => Promise<void>]>([
  ["longer", (path) => appendFile(path, "x")],
  ["shorter", (path) => truncate(path, large.length - 1)],
])("a file that gets %s while it is read fails, without a byte too many", async (_, change) => {
  const { root, before } = await hashed(large);
  const chunks = reading(root, before);
  const first = await chunks.next();
  await change(`${root}/f`);
  let bytes = first.done === true ? 0 : first.value.length;
  const rest = async (): Promise<void> => {
    for await (const chunk of chunks) bytes += chunk.length;
  };
  await expect(rest()).rejects.toThrow("f changed");
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(large.length);
});

test("a directory that cannot be read is a problem of the user's, with its name", async () => {
  await expect(scanTree(`${scratch()}/missing`, { exclude: [] })).rejects.toThrow("it vanished");
});

test.each([
  ["secret", "secret", "`exclude`"],
  ["lib", "lib", "`exclude`"],
  [".", "", "the right to read it. Then"],
])("a %s that may not be read is told as that, not as something that changed", async (name, path, remedy) => {
  const root = scratch();
  await write(root, nodes({ secret: file("x"), "lib/a": file("y") }));
  await chmod(root, 0o755);
  await chmod(`${root}/${name}`, name === "." ? 0o111 : 0);
  const scanned = await asNobody(() => scanTree(root, { exclude: [] }).catch((error: unknown) => error));
  await chmod(`${root}/${name}`, 0o755);
  expect(scanned).toMatchObject({
    kind: "source",
    message: `${path === "" ? "" : `${path} in `}${root} cannot be read: the user you deploy as has no permission to.`,
    remedy: expect.stringContaining(remedy),
  });
});

/** The superuser may read everything. */
async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test.each([
  ["files", { a: file("x") }],
  ["directories", { a: directory }],
])("an abort ends a scan of %s", async (_, described) => {
  const root = scratch();
  await write(root, nodes(described));
  const reason = new Error("interrupted");
  await expect(scanTree(root, { exclude: [], signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("names in messages are told as text", async () => {
  const root = scratch();
  makePipes(`${root}/new\nline`);
  await expect(scanTree(root, { exclude: [] })).rejects.toThrow(String.raw`"new\nline" (pipe)`);
});

test("a path that is text is told as it is", async () => {
  const root = scratch();
  await write(root, nodes({ "größe/a b": file("") }));
  await chmod(`${root}/größe/a b`, 0o4755);
  expect((await scanTree(root, { exclude: [] })).warnings[0]).toContain(": größe/a b");
});

test("a file that grows while it is hashed is not taken", async () => {
  // Its size is 0, and then there is more of it: what an appended log looks like, at any speed of the machine.
  await expect(hashFile("/proc/self", bytesOf("status"))).rejects.toThrow("status changed");
});
