import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cutOften, deployForEver, deployNaively, startRack, type Cut, type Deployer, type Rack } from "./power-cut.ts";

/** Promise P4 as tests: the power is cut so many times while the program deploys to a disk of each kind. */
export function describePowerCuts(trials: { readonly fileSystems: readonly ("ext4" | "xfs")[]; readonly cuts: number }): void {
  describe.each(trials.fileSystems)("%s", (fileSystem) => {
    test(
      "P4: after a cut a whole release is live, and none older than what was said to be done",
      { timeout: TIMEOUT },
      async ({ skip }) => {
        const rack = rackOrReason(fileSystem);
        if (typeof rack === "string") return skip(rack);
        const cuts = await cutsDuring(rack, deployForEver, trials.cuts);
        expect(cuts.map(broken).filter((why) => why !== "")).toEqual([]);
        // Else nothing went on while the power was cut.
        return expect(new Set(cuts.map(({ live }) => live)).size).toBeGreaterThan(1);
      },
    );

    test("the cuts break what does not ask the disk", { timeout: TIMEOUT }, async ({ skip }) => {
      const rack = rackOrReason(fileSystem);
      if (typeof rack === "string") return skip(rack);
      const cuts = await cutsDuring(rack, deployNaively, 6);
      return expect(cuts.filter(({ live, promised }) => live === null || live < promised).length).toBeGreaterThan(0);
    });
  });
}

/** Milliseconds; a busy machine deploys slowly, and that is no failure. */
export const TIMEOUT = 600_000;

/** A disk whose power can be cut, or why there is none here. */
export function rackOrReason(fileSystem: "ext4" | "xfs"): Rack | string {
  try {
    return startRack(fileSystem);
  } catch (error) {
    return `no power can be cut here: it takes root, loop mounts, and xfs with reflinks (xfsprogs): ${String(error)}`;
  }
}

async function cutsDuring(rack: Rack, begin: (root: string) => Promise<Deployer>, times: number): Promise<Cut[]> {
  const root = join(rack.at, "app");
  mkdirSync(root);
  try {
    const deployer = await begin(root);
    try {
      const cuts = await cutOften(rack, deployer, times);
      tell(cuts);
      return cuts;
    } finally {
      await deployer.stop();
    }
  } finally {
    rack.close();
  }
}

/** What a cut broke of the promise, in words; empty: nothing. */
function broken({ live, wrong, promised, release, ledger }: Cut): string {
  if (live === null) return `no whole release is live: ${wrong}`;
  if (live < promised) return `${live} is live, but ${promised} was said to be done`;
  const noted = ledger.split("\n").some((line) => line.includes('"kind":"good"') && line.includes(`"release":"${release}"`));
  return noted ? "" : `the ledger does not say that ${release} is good`;
}

function tell(cuts: readonly Cut[]): void {
  if (process.env["TELL_FIGURES"] === undefined) return;
  const bad = cuts.map(broken).filter((why) => why !== "");
  const versions = new Set(cuts.map(({ live }) => live)).size;
  console.log(
    `${cuts.length} cuts, ${versions} versions seen live, last promised ${cuts.at(-1)?.promised}, ${bad.length} broken`,
    bad.slice(0, 3),
  );
}
