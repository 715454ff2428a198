import { hash } from "node:crypto";
import { statSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import type { FileEntry } from "../../src/tree/entry.ts";
import { ContentStore } from "../../src/tree/store.ts";
import { Taking } from "../../src/tree/taking.ts";
import { scratch } from "./support.ts";

function entry(content: string, index: number): FileEntry {
  return { kind: "file", path: bytesOf(`${index}`), executable: false, size: content.length, sha256: hash("sha256", content) };
}

async function read(store: ContentStore, file: FileEntry): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.read(file)) pieces.push(piece);
  return Buffer.concat(pieces).toString("latin1");
}

const contents = fc.array(fc.string({ minLength: 1, maxLength: 30, unit: "binary-ascii" }), { minLength: 1, maxLength: 8 });

test("contents that come one behind the other are told apart, however they are cut into pieces; up to the first that is wrong", async () => {
  const directory = scratch();
  const store = await ContentStore.in(directory);
  expect(statSync(`${directory}/contents`).mode & 0o777).toBe(0o600);
  await fc.assert(
    fc.asyncProperty(contents, fc.nat(), fc.integer({ min: 1, max: 40 }), async (given, place, piece) => {
      const files = given.map(entry);
      const at = place % (given.length + 1);
      // Of another length, so that all behind it is out of place.
      const sent = Buffer.from(given.map((content, index) => (index === at ? `${content}+` : content)).join(""));
      const taking = new Taking(files, store);
      let going = true;
      for (let from = 0; from < sent.length; from += piece) going &&= taking.take(sent.subarray(from, from + piece));
      for (const file of files.slice(0, at)) expect(await read(store, file)).toBe(given[Number(file.path)]);
      if (at === given.length) expect([taking.done, taking.wrong]).toEqual([at, false]);
      else expect(taking.done).toBeGreaterThanOrEqual(at);
      for (const file of files.slice(0, taking.done)) expect(await read(store, file)).toBe(given[Number(file.path)]);
    }),
  );
  await store.close();
});

test("what was wrong is not kept, and what is kept is not written twice", async () => {
  const store = await ContentStore.in(scratch());
  const [one, two] = [entry("one", 0), entry("two", 1)];
  expect(new Taking([one, two], store).take(Buffer.from("onetwi"))).toBe(false);
  expect([store.has(one), store.has(two)]).toEqual([true, false]);
  expect(new Taking([two, one], store).take(Buffer.from("twoone"))).toBe(true);
  expect([await read(store, one), await read(store, two)]).toEqual(["one", "two"]);
  expect(await read(store, entry("", 2))).toBe("");
  await expect(store.read(entry("three", 3)).next()).rejects.toThrow("not kept");
  await store.close();
});
