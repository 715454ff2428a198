import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../../src/release/ledger.ts";
import { parseLedger } from "../../src/release/ledger-text.ts";

/** What is left of runs in an app root, seen from outside and without the program's own eyes: `root` on this machine. */

export function live(root: string): string | null {
  return existsSync(join(root, "current")) ? readlinkSync(join(root, "current")).replace("releases/", "") : null;
}

export function ledger(root: string): LedgerEntry[] {
  const file = join(root, ".symlink-helper/ledger.jsonl");
  return existsSync(file) ? parseLedger(readFileSync(file, "utf8")).entries : [];
}

export function takeovers(root: string): LedgerEntry[] {
  return ledger(root).filter(({ kind }) => kind === "takeover");
}

/** The lines that tasks wrote, `WORD RUN`. */
export function log(root: string): string[] {
  const file = join(root, "shared/log");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

/** Where two were at work at once: a run whose tasks still ran when another had begun. */
export function overlaps(root: string): string[] {
  let working = "";
  const found: string[] = [];
  for (const [word, run = ""] of log(root).map((line) => line.split(" "))) {
    if (word === "begin") working = run;
    else if (run !== working) found.push(`${word} of ${run} while ${working} was at work`);
  }
  return found;
}

/** Facts that were written under an older lock than one before them. A person's hold is taken before its number is known: 0. */
export function lateFacts(root: string): LedgerEntry[] {
  let highest = 0;
  return ledger(root).filter(({ generation }) => {
    const late = generation !== 0 && generation < highest;
    highest = Math.max(highest, generation);
    return late;
  });
}

/** What a run should not have left: anything but releases that are sealed, shared/, the link and the last, released lock. */
export function leftovers(root: string): string[] {
  const home = join(root, ".symlink-helper");
  const list = (path: string): string[] => (existsSync(join(root, path)) ? readdirSync(join(root, path)) : []);
  const locks = list(".symlink-helper/locks");
  const top = locks
    .filter((name) => /^g\d{9}$/.test(name))
    .toSorted()
    .at(-1);
  return [
    ...list(".").filter((name) => !["current", "releases", "shared", ".symlink-helper"].includes(name)),
    ...list(".symlink-helper/run").map((name) => `run/${name}`),
    ...list(".symlink-helper/trash").map((name) => `trash/${name}`),
    ...locks.filter((name) => name !== top && name !== `${top}.done`).map((name) => `locks/${name}`),
    ...(top === undefined || locks.includes(`${top}.done`) ? [] : [`held: ${top}`]),
    ...list("releases")
      .filter((id) => !existsSync(join(home, "manifests", `${id}.seal`)))
      .map((id) => `releases/${id}`),
  ];
}

/** Number of the last lock. */
export function generation(root: string): number {
  const names = readdirSync(join(root, ".symlink-helper/locks")).filter((name) => /^g\d{9}$/.test(name));
  return Number(names.toSorted().at(-1)?.slice(1) ?? 0);
}
