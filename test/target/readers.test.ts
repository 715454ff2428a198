import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { newRoot } from "./bench.ts";
import { describeReaders } from "./describe-readers.ts";
import { fillRoot, readDuring, userlands } from "./readers.ts";

// The full number that is promised is in readers.long.test.ts.
describeReaders({ local: 1000, elsewhere: 100 });

const run = promisify(execFile);

/** Ways to switch that harm readers: proof that these readers would notice. */
const HARMFUL: readonly [string, string, string][] = [
  ["ln -sfn of BusyBox, which removes the link first", "ln -sfn releases/b current; ln -sfn releases/a current", "failed"],
  ["files copied over those of the live release", "cp releases/b/* releases/a; cp c/* releases/a", "mixed"],
];

describe.each(userlands().filter(({ name }) => name.includes("BusyBox")))("the readers notice, $name", (kind) => {
  test.each(HARMFUL)("%s", async (_, harm, notices) => {
    const root = newRoot();
    fillRoot(root);
    const loop = `cp -r releases/a c; n=0; while [ $n -lt 150 ]; do n=$((n + 1)); ${harm}; done`;
    const seen = await readDuring(root, kind, async () => run(kind.shell, ["-c", loop], { cwd: root, env: { PATH: kind.path } }));
    expect(seen).toMatchObject({ node: { [notices]: expect.any(Number) as number } });
    expect(seen.node[notices as "failed" | "mixed"]).toBeGreaterThan(0);
    expect(seen.shell.empty).toBeGreaterThan(0);
  });
});
