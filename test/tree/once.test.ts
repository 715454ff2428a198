import { expect, test } from "vitest";
import type { ByteString } from "../../src/host/bytes.ts";
import type { FileEntry, TreeContents } from "../../src/tree/entry.ts";
import { readingOnce } from "../../src/tree/once.ts";

const KB = 1024;

function file(name: string, size: number): FileEntry {
  return { kind: "file", path: name as ByteString, executable: false, size, sha256: `sum of ${name}` };
}

/** Contents that write down what is read of them, in two pieces each; what `broken` names cannot be read. */
function source(broken: Set<string> = new Set()): { contents: TreeContents; reads: string[] } {
  const reads: string[] = [];
  async function* read({ path, size }: FileEntry): AsyncGenerator<Uint8Array> {
    reads.push(path);
    await Promise.resolve();
    if (broken.has(path)) throw new Error(`${path} vanished`);
    yield Buffer.alloc(Math.floor(size / 2), path);
    yield Buffer.alloc(Math.ceil(size / 2), path);
  }
  const tree = { entries: [], digest: "", time: 0 };
  const close = (): Promise<void> => Promise.resolve();
  return { contents: { tree, revision: null, label: "", warnings: [], read, close }, reads };
}

async function whole(contents: TreeContents, entry: FileEntry): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of contents.read(entry)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test("a small file is read once, for hosts that ask at the same time, too, and each gets all of it", async () => {
  const { contents, reads } = source();
  const once = readingOnce(contents);
  const asked = await Promise.all([whole(once, file("a", 5)), whole(once, file("a", 5)), whole(once, file("b", 3))]);
  expect([...asked, await whole(once, file("a", 5))]).toEqual(["aaaaa", "aaaaa", "bbb", "aaaaa"]);
  expect(reads).toEqual(["a", "b"]);
});

test("a large one is read for each", async () => {
  const { contents, reads } = source();
  const once = readingOnce(contents);
  const large = file("a", 65 * KB);
  expect(await whole(once, large)).toBe("a".repeat(65 * KB));
  await whole(once, large);
  expect(reads).toEqual(["a", "a"]);
});

test("a file that cannot be read fails for who asks, and is tried again for the next", async () => {
  const broken = new Set(["a"]);
  const { contents } = source(broken);
  const once = readingOnce(contents);
  await expect(whole(once, file("a", 5))).rejects.toThrow("a vanished");
  broken.clear();
  expect(await whole(once, file("a", 5))).toBe("aaaaa");
});

test("no more is kept than there is room for: what came first stays", async () => {
  const { contents, reads } = source();
  const once = readingOnce(contents);
  const files = Array.from({ length: 600 }, (_, index) => file(String(index), 64 * KB));
  for (const each of files) await whole(once, each);
  expect(reads).toHaveLength(600);
  for (const each of files) await whole(once, each);
  // 32 MB hold 512 of them.
  expect(reads.slice(600)).toEqual(files.slice(512).map(({ path }) => path));
});
