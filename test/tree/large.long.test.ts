import { spawn } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readEntry } from "../../src/tree/read.ts";
import { scanTree } from "../../src/tree/scan.ts";
import { writeTar } from "../../src/tree/tar.ts";
import type { Tree } from "../../src/tree/entry.ts";
import { file, nodes, scratch, write } from "./support.ts";

const modes = { dir: 0o755, file: 0o644 };

function stream(root: string, tree: Tree): AsyncIterable<Buffer> {
  return writeTar(tree.entries, { modes, time: tree.time, read: (entry) => readEntry(root, entry) });
}

async function extracted(root: string, tree: Tree): Promise<string> {
  const into = scratch();
  const tar = spawn("tar", ["-x", "-f", "-", "-C", into], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = new Promise((resolve) => tar.on("close", resolve));
  await pipeline(Readable.from(stream(root, tree)), tar.stdin);
  expect(await ended).toBe(0);
  return into;
}

describe("a file of 1 GB", () => {
  it("is hashed and sent in bounded memory", async () => {
    const root = scratch();
    await writeFile(`${root}/big`, "start");
    await truncate(`${root}/big`, 1024 ** 3);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = (): void => void (most = Math.max(most, process.memoryUsage().rss - before));
    const timer = setInterval(watch, 20);
    const { tree } = await scanTree(root, { exclude: [] });
    let bytes = 0;
    for await (const chunk of stream(root, tree)) {
      bytes += chunk.length;
      watch();
    }
    clearInterval(timer);
    expect(bytes).toBe(1024 ** 3 + 4 * 512);
    expect(most).toBeLessThan(100 * 1024 ** 2);
  });
});

describe("a real tree", () => {
  it("of tens of thousands of files is the same after the way through tar", async () => {
    const root = scratch();
    const many = Array.from(
      { length: 40_000 },
      (_, index) => [`d${index % 20}/e${index % 500}/f${index}`, file(`content ${index % 9000}\n`, index % 50 === 0)] as const,
    );
    await write(root, nodes(Object.fromEntries(many)));
    const { tree } = await scanTree(root, { exclude: [] });
    expect(tree.entries.filter(({ kind }) => kind === "file")).toHaveLength(40_000);
    expect(await scanTree(await extracted(root, tree), { exclude: [], time: tree.time })).toEqual({ tree, warnings: [] });
  });

  it("of npm packages is the same after the way through tar", async () => {
    const root = fileURLToPath(new URL("../../node_modules", import.meta.url));
    const { tree } = await scanTree(root, { exclude: [".vite*", ".cache"] });
    expect(tree.entries.some(({ path, kind }) => kind === "link" && path.startsWith(bytesOf(".bin/")))).toBe(true);
    expect(await scanTree(await extracted(root, tree), { exclude: [], time: tree.time })).toEqual({ tree, warnings: [] });
  });
});
