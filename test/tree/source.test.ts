import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it, test } from "vitest";
import { openSource } from "../../src/tree/source.ts";
import { ports } from "./git/support.ts";
import { file, link, nodes, scratch, treeOf, write } from "./support.ts";

describe("a directory", () => {
  it("is read in place, after its build tasks ran in it", async () => {
    const path = scratch();
    await write(path, nodes({ "index.html": file("<p>"), to: link("index.html") }));
    const built: string[] = [];
    const build = (directory: string): Promise<void> => {
      built.push(directory);
      writeFileSync(`${directory}/built`, "x");
      return Promise.resolve();
    };
    const contents = await openSource({ kind: "directory", path, exclude: ["*.map"], build }, ports());
    expect(built).toEqual([path]);
    expect(contents.tree.digest).toBe(
      treeOf(nodes({ "index.html": file("<p>"), to: link("index.html"), built: file("x") })).digest,
    );
    expect(contents).toMatchObject({ revision: null, label: path, warnings: [] });
    await contents.close();
    expect(readdirSync(path).toSorted()).toEqual(["built", "index.html", "to"]);
  });

  it.each([
    ["that is not there", "missing", "does not exist"],
    ["that is a file", "file", "is not a directory"],
    ["with nothing in it", "empty", "There is nothing to deploy"],
  ])("%s is a problem of the user's", async (_, name, message) => {
    const place = scratch();
    mkdirSync(`${place}/empty`);
    writeFileSync(`${place}/file`, "");
    const opening = openSource({ kind: "directory", path: `${place}/${name}`, exclude: [] }, ports());
    await expect(opening).rejects.toMatchObject({
      name: "UserError",
      kind: "source",
      message: expect.stringContaining(message) as string,
    });
  });

  it("is not opened after an abort", async () => {
    const reason = new Error("interrupted");
    const opening = openSource({ kind: "directory", path: scratch(), exclude: [] }, ports({ signal: AbortSignal.abort(reason) }));
    await expect(opening).rejects.toBe(reason);
  });
});

test("P5: temporary directories of dead processes of this machine are removed, no others", async () => {
  const given = ports();
  const path = scratch();
  await write(path, nodes({ a: file("x") }));
  const ended = spawn("true");
  await new Promise((resolve) => ended.on("close", resolve));
  const here = createHash("sha256")
    .update(`${hostname()}\n${readlinkSync("/proc/self/ns/pid")}`)
    .digest("hex")
    .slice(0, 8);
  const kept = [
    `symlink-helper-${ended.pid}-00000000-elsewhere`,
    `symlink-helper-${process.pid}-${here}-alive`,
    `symlink-helper-1-${here}-alive`,
    "symlink-helper-notes",
    `x-symlink-helper-${ended.pid}-${here}-y`,
  ];
  for (const name of [...kept, `symlink-helper-${ended.pid}-${here}-dead`])
    mkdirSync(`${given.temporary}/${name}/tree`, { recursive: true });
  await openSource({ kind: "directory", path, exclude: [] }, given);
  expect(readdirSync(given.temporary).toSorted()).toEqual(kept.toSorted());
});
