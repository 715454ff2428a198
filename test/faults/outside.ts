import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "./app.ts";
import type { Site } from "./site.ts";

/** A host as anybody can see it who looks into its directories, without the tool. */
export interface Seen {
  /** Release that `current` leads to: its name, or the whole text of a link that is not ours; null where there is no link. */
  readonly live: string | null;
  /** What is wrong with what is live: not a link, leads nowhere, files missing or of another version. Empty: it is whole. */
  readonly broken: string;
  readonly ledger: readonly Fact[];
  /** Of every entry in shared/: what it is, what is in it, when it was changed. */
  readonly shared: string;
  /** Releases without a seal, temporary links, working directories, trash, a lock that is held. */
  readonly leftovers: readonly string[];
}

interface Fact {
  readonly kind: string;
  readonly release: string;
  readonly from?: string | null;
}

export function look({ root }: Site): Seen {
  const live = liveOf(root);
  return {
    live,
    broken: live === null ? "" : whatIsBroken(join(root, "releases", live)),
    ledger: ledgerOf(root),
    shared: fingerprint(join(root, "shared")),
    leftovers: [...halfReleases(root), ...temporaryLinks(root), ...workOf(root), ...heldLocks(root)],
  };
}

function liveOf(root: string): string | null {
  const link = join(root, "current");
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) return null;
  return readlinkSync(link).replace(/^releases\//, "");
}

/** The version says which files there must be, and what is in them. */
function whatIsBroken(release: string): string {
  try {
    const version = readFileSync(join(release, "version.txt"), "utf8").trim();
    const wrong = Object.entries(filesOf(version)).filter(([path, text]) => readFileSync(join(release, path), "utf8") !== text);
    statSync(join(release, "made.txt"));
    readFileSync(join(release, ".env"));
    statSync(join(release, "bin/lib/same.txt"));
    return wrong.map(([path]) => `${path} is not that of ${version}`).join(", ");
  } catch (error) {
    return (error as Error).message;
  }
}

function ledgerOf(root: string): Fact[] {
  return lines(join(root, ".symlink-helper/ledger.jsonl")).flatMap((line) => {
    try {
      return [JSON.parse(line) as Fact];
    } catch {
      return [];
    }
  });
}

function lines(file: string): string[] {
  return namesIn(join(file, ".."))
    .filter((name) => file.endsWith(`/${name}`))
    .flatMap(() => readFileSync(file, "utf8").split("\n"))
    .filter((line) => line !== "");
}

function fingerprint(directory: string): string {
  return namesIn(directory)
    .toSorted()
    .map((name) => {
      const path = join(directory, name);
      const { mtimeMs, mode, ino } = lstatSync(path);
      const isDirectory = statSync(path).isDirectory();
      return `${name} ${mode} ${isDirectory ? `[${fingerprint(path)}]` : `${ino} ${mtimeMs} ${readFileSync(path, "utf8")}`}`;
    })
    .join("\n");
}

function halfReleases(root: string): string[] {
  const seals = new Set(namesIn(join(root, ".symlink-helper/manifests")));
  return namesIn(join(root, "releases"))
    .filter((id) => !seals.has(`${id}.seal`))
    .map((id) => `half release ${id}`);
}

function temporaryLinks(root: string): string[] {
  return namesIn(root)
    .filter((name) => !["current", "releases", "shared", ".symlink-helper"].includes(name))
    .map((name) => `${name} in the app root`);
}

function workOf(root: string): string[] {
  return ["run", "trash"].flatMap((place) => namesIn(join(root, ".symlink-helper", place)).map((name) => `${place}/${name}`));
}

function heldLocks(root: string): string[] {
  const names = namesIn(join(root, ".symlink-helper/locks"));
  const top = names
    .filter((name) => /^g\d+$/.test(name))
    .toSorted()
    .at(-1);
  return top === undefined || names.includes(`${top}.done`) ? [] : [`the lock ${top}`];
}

function namesIn(directory: string): string[] {
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(directory) : [];
}
