import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import type { ArchiveSource } from "../../src/config/resolved.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import type { TreeContents } from "../../src/tree/entry.ts";
import { openSource } from "../../src/tree/source.ts";
import { tarOf, zipOf, type Raw } from "./archive/bytes.ts";
import { ports } from "./git/support.ts";
import { file, link, nodes, scratch, treeOf, write, type Nodes } from "./support.ts";

const site = nodes({ "index.html": file("<p>\n"), run: file("#!/bin/sh\n", true), to: link("index.html") });
// One frame of zstd, and two: what `zstd` and `pzstd` write of the same tar file.
const ZST =
  "KLUv/WQAJ1UEAALGExeAbQ6ACf/ton4ZIwRuRJBfKigJNQfVU6rMMvVvzS8yEeGahAgEfXHNtdrtJGjggAzH96CVgkiMJF+Z7cq8/31rq2vTe++y23kiM0yL4poWIFApbrED/a3pwWoVAEXYdJhsPCwd9AlUz5hKrsMD2BO4bSL4qj6ZxjgA9gdMA5g5waAAZlOZA5/+zAk=";
const ZST2 =
  "KLUv/QRoRQIAYsMLEaDtsKEben0AkPvlFjD9nyYFjs49qz4TofTVZEcI978vZcXY4L13yb1YTGCi01QJIJCbB09QGAPA/oA0w8wJBgWYTXQOfUka7yi1L/0EaL0DAJLFEheAbQ6ACf/ton4ZIwRO+e0oJW0ONQfVU84TmWFaFNeocpGp/65fZKLlmmQFguN70EpBJEaSfWU98bx/9l2mjaU1/7u1vZ0EDRyQEQ8gUC0uc/2tB62oS4ez8Rhg6aBPoHpPoTAMwOzPe3IRGDTA2pTxVaMFNBZ05w==";

/** A place with a site in `site`, an archive at `file`, and ports whose temporary directory is in it. */
class Bench {
  readonly path = scratch();
  readonly file = `${this.path}/site archive`;
  readonly ports = ports({ temporary: `${this.path}/tmp` });

  async pack(what: Nodes, program: string, ...args: readonly string[]): Promise<this> {
    await write(`${this.path}/site`, what);
    execFileSync(program, args, { cwd: `${this.path}/site`, stdio: ["ignore", "pipe", "pipe"] });
    return this;
  }

  open(more: Partial<ArchiveSource> = {}, build?: (directory: string) => Promise<void>): Promise<TreeContents> {
    const sha256 = createHash("sha256").update(readFileSync(this.file)).digest("hex");
    const building = build === undefined ? {} : { build };
    return openSource({ kind: "archive", path: this.file, sha256, exclude: [], ...more, ...building }, this.ports);
  }

  of(bytes: Buffer): this {
    writeFileSync(this.file, bytes);
    return this;
  }
}

describe("an archive becomes the tree that is in it, exec bits and links kept", () => {
  it.each([
    ["tar", "tar", ["-cf", "../site archive", "."]],
    [
      "tar with names without a dot, in the format of GNU",
      "tar",
      ["--format=gnu", "-cf", "../site archive", "index.html", "run", "to"],
    ],
    ["tar with pax headers", "tar", ["--format=pax", "-cf", "../site archive", "."]],
    ["tar.gz", "tar", ["-czf", "../site archive", "."]],
    ["zip", "sh", ["-c", "zip -qry ../z.zip . && mv ../z.zip '../site archive'"]],
  ])("%s", async (_, program, args) => {
    const bench = await new Bench().pack(site, program, ...args);
    const contents = await bench.open();
    expect(contents.tree.digest).toBe(treeOf(site).digest);
    expect(contents.revision).toMatch(/^sha256:[\da-f]{64}$/u);
    expect(contents.warnings).toEqual([]);
    await contents.close();
    expect(readdirSync(`${bench.path}/tmp`)).toEqual([]);
  });

  it.each([
    ["tar.zst", Buffer.from(ZST, "base64")],
    ["tar.zst of several frames", Buffer.from(ZST2, "base64")],
  ])("%s, and its time is that of its newest entry", async (_, bytes) => {
    const contents = await new Bench().of(bytes).open();
    expect([contents.tree.digest, contents.tree.time]).toEqual([treeOf(site).digest, 1_700_000_000]);
    await contents.close();
  });

  test("long names, odd names and names that differ by case", async () => {
    const odd = nodes({
      [`${"a".repeat(120)}/${"b".repeat(200)}`]: file("long"),
      'with "quotes" and\nnewline': file("odd"),
      README: file("one"),
      readme: file("two"),
      "ünï/cödé": file("text"),
      empty: file(""),
    });
    for (const format of ["gnu", "pax"]) {
      const contents = await (await new Bench().pack(odd, "tar", `--format=${format}`, "-cf", "../site archive", ".")).open();
      expect(contents.tree.digest).toBe(treeOf(odd).digest);
      await contents.close();
    }
  });

  test("hard links become copies, special bits are dropped and told", async () => {
    const entries: Raw[] = [
      { name: "a", content: "same", mode: 0o4755 },
      { name: "b", type: "1", target: "a" },
    ];
    const contents = await new Bench().of(tarOf(entries)).open();
    expect(contents.tree.digest).toBe(treeOf(nodes({ a: file("same", true), b: file("same", true) })).digest);
    expect(contents.warnings).toEqual(["setuid, setgid and sticky bits are not deployed: a"]);
    await contents.close();
  });

  test("a link may lead out of it, as in every tree", async () => {
    const contents = await new Bench().of(tarOf([{ name: "log", type: "2", target: "/var/log" }])).open();
    expect(contents.tree.entries).toEqual([{ kind: "link", path: bytesOf("log"), target: bytesOf("/var/log") }]);
    await contents.close();
  });
});

describe("a top folder that holds everything", () => {
  const inside = nodes({ "shop-1.2/index.html": file("<p>\n"), "shop-1.2/lib/a": file("a") });
  const stripped = treeOf(nodes({ "index.html": file("<p>\n"), "lib/a": file("a") })).digest;

  it.each([
    ["is kept", {}, treeOf(inside).digest],
    ["goes by strip: 1", { strip: 1 }, stripped],
    ["goes by subdirectory", { subdirectory: "shop-1.2" }, stripped],
    ["goes by both", { strip: 1, subdirectory: "lib" }, treeOf(nodes({ a: file("a") })).digest],
  ])("%s", async (_, more, digest) => {
    const contents = await (await new Bench().pack(inside, "tar", "-cf", "../site archive", ".")).open(more);
    expect(contents.tree.digest).toBe(digest);
    await contents.close();
  });

  test("a build runs in the subdirectory", async () => {
    const bench = await new Bench().pack(inside, "tar", "-cf", "../site archive", ".");
    const seen: string[] = [];
    const contents = await bench.open({ subdirectory: "shop-1.2/lib" }, async (directory) => {
      seen.push(...readdirSync(directory), ...readdirSync(`${directory}/..`).toSorted());
      writeFileSync(`${directory}/built`, "x");
      return Promise.resolve();
    });
    expect(seen).toEqual(["a", "index.html", "lib"]);
    expect(contents.tree.digest).toBe(treeOf(nodes({ a: file("a"), built: file("x") })).digest);
    await contents.close();
  });
});

const two = (name: string): Raw[] => [
  { name: "ok", content: "ok" },
  { name, content: "evil" },
];
const through = (target: string): Raw[] => [
  { name: "out", type: "2", target },
  { name: "out/evil", content: "evil" },
];
const bomb = gzipSync(Buffer.concat([tarOf([{ name: "zeros", content: Buffer.alloc(300 * 2 ** 20) }])]), { level: 1 });
const good = tarOf([{ name: "a", content: "a".repeat(2000) }]);

describe("P10: a hostile or broken archive is refused, and nothing is written outside", () => {
  it.each<[string, Buffer, RegExp]>([
    ["an absolute path", tarOf(two("/tmp/slh-evil")), /"\/tmp\/slh-evil" in it is an absolute path/u],
    ["..", tarOf(two("../../evil")), /"\.\.\/\.\.\/evil" in it leads out/u],
    [".. in the middle", tarOf(two("a/../../evil")), /leads out/u],
    ["a file through a link to outside", tarOf(through("..")), /out\/evil in it is beneath out, which is a link/u],
    ["a file through an absolute link", tarOf(through("/tmp")), /beneath out/u],
    ["a file over a link", tarOf([...through("x").slice(0, 1), { name: "out", content: "evil" }]), /out is in it twice/u],
    ["a folder over a link", tarOf([...through("x").slice(0, 1), { name: "out/", type: "5" }]), /out is in it twice/u],
    ["a link over a folder", tarOf([{ name: "d/a" }, { name: "d", type: "2", target: "/tmp" }]), /d is in it twice/u],
    ["a file beneath a file", tarOf([{ name: "a" }, { name: "a/b" }]), /a\/b in it is beneath a, which is a file/u],
    ["the same name twice", tarOf([{ name: "a" }, { name: "./a" }]), /a is in it twice/u],
    ["a character device", tarOf([{ name: "null", type: "3" }]), /null in it is a device/u],
    ["a block device", tarOf([{ name: "sda", type: "4" }]), /sda in it is a device/u],
    ["a pipe", tarOf([{ name: "p", type: "6" }]), /p in it is a pipe/u],
    [
      "a hard link to outside",
      tarOf([{ name: "h", type: "1", target: "/etc/passwd" }]),
      /"\/etc\/passwd" in it is an absolute path/u,
    ],
    ["a hard link upwards", tarOf([{ name: "h", type: "1", target: "../x" }]), /leads out/u],
    ["a hard link to nothing", tarOf([{ name: "h", type: "1", target: "etc" }]), /hard link to etc, which is no file before it/u],
    [
      "a hard link to a link",
      tarOf([...through("/etc/passwd").slice(0, 1), { name: "h", type: "1", target: "out" }]),
      /hard link to out/u,
    ],
    ["a link that says nothing", tarOf([{ name: "l", type: "2" }]), /the link l in it says nothing/u],
    [
      "a name that is no text",
      Buffer.from(
        tarOf([{ name: "a\xFF" }])
          .toString("latin1")
          .replace("a\u00C3\u00BF", "a\u00FF\0"),
        "latin1",
      ),
      /damaged/u,
    ],
    ["cut inside a file", good.subarray(0, 1000), /it is truncated/u],
    ["cut between two entries", tarOf([{ name: "a" }, { name: "b" }], false).subarray(0, 512), /it is truncated/u],
    ["a packed one that is cut", gzipSync(good).subarray(0, 40), /it is truncated/u],
    ["a zstd that is cut", Buffer.from(ZST, "base64").subarray(0, -20), /it is truncated/u],
    ["a size that is not there", tarOf([{ name: "a", content: "x", size: 2 ** 32 }]), /it is truncated/u],
    ["no archive", Buffer.from("<html>404</html>"), /it is no archive/u],
    ["nothing at all", Buffer.alloc(0), /the file is empty/u],
    ["a tar of nothing", tarOf([]), /refused: there is nothing in it/u],
    ["a tar of nothing, as GNU pads it", Buffer.alloc(10_240), /refused: there is nothing in it/u],
    ["a packed tar of nothing", gzipSync(Buffer.alloc(10_240)), /refused: there is nothing in it/u],
    ["a tar of nothing but the folder", tarOf([{ name: "./", type: "5" }]), /refused: there is nothing in it/u],
    ["a zip of nothing", zipOf([]), /refused: there is nothing in it/u],
    ["something packed that is no archive", gzipSync("hello\n".repeat(500)), /it is damaged|truncated/u],
    ["xz", Buffer.from("\u00FD7zXZ\0rest", "latin1"), /packed by xz are not read/u],
    ["more than its size can hold", bomb, /unpacks to more than 256 MiB/u],
    ["zip: ..", zipOf(two("../evil")), /refused: "\.\.\/evil" in it leads out of the archive\.$/u],
    ["zip: an absolute path", zipOf(two("/tmp/slh-evil")), /refused: "\/tmp\/slh-evil" in it is an absolute path\.$/u],
    ["zip: a drive", zipOf(two("C:/evil")), /refused: "C:\/evil" in it is an absolute path\.$/u],
    [
      "zip: a file through a link",
      zipOf([
        { name: "out", mode: 0o120777, content: ".." },
        { name: "out/evil", content: "x" },
      ]),
      /beneath out/u,
    ],
    ["zip: a pipe", zipOf([{ name: "p", mode: 0o010644 }]), /p in it is a pipe/u],
    ["zip: twice", zipOf([{ name: "a" }, { name: "a" }]), /a is in it twice/u],
    ["zip: another checksum", zipOf([{ name: "a", content: "x", crc: 1 }]), /the checksum of "a" is another one/u],
    ["zip: a link of a megabyte", zipOf([{ name: "l", mode: 0o120777, content: "x".repeat(2 ** 20) }]), /too long/u],
    ["zip: cut", zipOf([{ name: "a", content: "x".repeat(100) }]).subarray(0, 120), /it is truncated/u],
  ])("%s", async (_, bytes, message) => {
    const bench = new Bench().of(bytes);
    mkdirSync(`${bench.path}/tmp`);
    const before = readdirSync(bench.path).toSorted();
    await expect(bench.open()).rejects.toMatchObject({
      name: "UserError",
      kind: "source",
      message: expect.stringMatching(message) as string,
    });
    expect(readdirSync(bench.path).toSorted()).toEqual(before);
    expect(readdirSync(`${bench.path}/tmp`)).toEqual([]);
    expect([existsSync("/tmp/slh-evil"), existsSync("/tmp/evil")]).toEqual([false, false]);
  });

  test("an encrypted zip", async () => {
    const bench = await new Bench().pack(site, "sh", "-c", "zip -qP word ../z.zip index.html && mv ../z.zip '../site archive'");
    await expect(bench.open()).rejects.toMatchObject({
      message: expect.stringContaining('"index.html" in it is encrypted') as string,
    });
  });

  test("what has another digest is not even looked at", async () => {
    const bench = new Bench().of(Buffer.from("<html>no archive either</html>"));
    await expect(bench.open({ sha256: "a".repeat(64) })).rejects.toMatchObject({
      message: expect.stringMatching(
        /is not what was meant: its SHA-256 is [\da-f]{64}, not a{64}\. It was not unpacked/u,
      ) as string,
    });
    expect(readdirSync(`${bench.path}/tmp`)).toEqual([]);
  });

  it.each([
    ["a file that strip would lose", { strip: 1 }, /"a" in it is not below a folder that `strip` takes away/u],
    ["a subdirectory that is not there", { subdirectory: "b" }, /subdirectory b of the source is not there/u],
    ["a subdirectory that is a file", { subdirectory: "a" }, /subdirectory a of the source is not a folder/u],
    ["an archive that is not there", { path: "/nonexistent/x.tar" }, /does not exist/u],
  ])("%s", async (_, more, message) => {
    await expect(new Bench().of(good).open(more)).rejects.toMatchObject({ message: expect.stringMatching(message) as string });
  });

  test("a subdirectory that a link leads to", async () => {
    const bench = new Bench().of(tarOf([{ name: "b", type: "2", target: "/etc" }]));
    await expect(bench.open({ subdirectory: "b" })).rejects.toMatchObject({
      message: expect.stringContaining("through a link") as string,
    });
  });
});
