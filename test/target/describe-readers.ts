import { describe, expect, test } from "vitest";
import { newRoot } from "./bench.ts";
import { FILE_SYSTEMS, tryDisk, unmount } from "./disks.ts";
import type { Kind } from "./kinds.ts";
import { fillRoot, readDuring, switchOften, UNHARMED, userlands } from "./readers.ts";

/** Milliseconds; a busy machine switches slowly, and that is no failure. */
const TIMEOUT = 600_000;

/** Promise P1 as tests: readers during so many switches, here and on each other file system that can be mounted, for each userland. */
export function describeReaders(switches: { readonly local: number; readonly elsewhere: number }): void {
  describe.each(userlands())("$name", (kind) => {
    test("P1: readers in a tight loop see one whole release or the other, never none", { timeout: TIMEOUT }, async () => {
      const root = newRoot();
      fillRoot(root);
      await expectUnharmed(kind, root, switches.local);
    });

    test.for(FILE_SYSTEMS)("P1: the same on %s", { timeout: TIMEOUT }, async (fileSystem, { skip }) => {
      const disk = tryDisk(fileSystem, fillRoot);
      if ("obstacle" in disk) return skip(disk.obstacle);
      await expectUnharmed(kind, disk.at, switches.elsewhere);
      return unmount(disk.at);
    });
  });
}

/** Switches, and looks at what readers saw; that they saw many switches proves that they looked while these happened. */
async function expectUnharmed(kind: Kind, root: string, switches: number): Promise<void> {
  const seen = await readDuring(root, kind, async () => switchOften(kind, root, switches));
  if (process.env["TELL_FIGURES"] !== undefined) console.log(kind.name, root, switches, JSON.stringify(seen));
  for (const reader of [seen.node, seen.shell]) {
    expect(reader).toMatchObject(UNHARMED);
    expect(reader.changes).toBeGreaterThan(switches / 20);
  }
}
