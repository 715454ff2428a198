import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { at, entriesOf, textsIn } from "./values.ts";

/** Names that may be typed, in one environment. */
export interface KeptNames {
  readonly hosts: readonly string[];
  readonly roles: readonly string[];
  readonly commands: readonly string[];
  readonly logs: readonly string[];
  /** Paths of what is shared. */
  readonly shared: readonly string[];
}

/** What a command saw of one environment: names in its configuration, and releases on its hosts. */
export interface Seen {
  /** The configuration, absolute. */
  readonly file: string;
  readonly environment: string;
  readonly names: KeptNames;
  /** Their ids. */
  readonly releases: readonly string[];
  /** Ids that are no more. */
  readonly gone: readonly string[];
  /** These are all there are; otherwise they are besides what is known already. */
  readonly all: boolean;
}

/** What is kept of one configuration, by environment. */
export interface Kept {
  readonly releases: Readonly<Record<string, readonly string[]>>;
  readonly names: Readonly<Record<string, KeptNames>>;
}

/** Keeps for completions what a command saw. A cache that cannot be written is none. */
export async function remember(seen: Seen, cache: string): Promise<void> {
  try {
    const known = await readKept(cache, seen.file);
    const before = seen.all ? [] : (known.releases[seen.environment] ?? []);
    const ids = [...new Set([...seen.releases, ...before])].filter((id) => !seen.gone.includes(id));
    const releases = ids.toSorted((a, b) => (a < b ? 1 : -1)).slice(0, MOST);
    const path = cacheFile(cache, seen.file);
    const temporary = `${path}.${process.pid}`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const kept: Kept = {
      releases: { ...known.releases, [seen.environment]: releases },
      names: { ...known.names, [seen.environment]: seen.names },
    };
    await writeFile(temporary, JSON.stringify({ schema: 1, ...kept }), { mode: 0o600 });
    await rename(temporary, path).catch(() => rm(temporary, { force: true }));
  } catch {
    // Completions then know less.
  }
}

/** Ids that one looks through in a list. */
const MOST = 50;

/** What earlier commands saw of a configuration. Never fails. */
export async function readKept(cache: string, file: string): Promise<Kept> {
  try {
    const read: unknown = JSON.parse(await readFile(cacheFile(cache, file), "utf8"));
    const releases = entriesOf(at(read, "releases")).map(([name, ids]) => [name, textsIn(ids)]);
    const names = entriesOf(at(read, "names")).map(([name, kept]) => [name, namesIn(kept)]);
    return { releases: Object.fromEntries(releases), names: Object.fromEntries(names) };
  } catch {
    return { releases: {}, names: {} };
  }
}

function namesIn(kept: unknown): KeptNames {
  const list = (of: keyof KeptNames): readonly string[] => textsIn(at(kept, of));
  return { hosts: list("hosts"), roles: list("roles"), commands: list("commands"), logs: list("logs"), shared: list("shared") };
}

function cacheFile(cache: string, file: string): string {
  return join(cache, "completions", `${createHash("sha256").update(file).digest("hex").slice(0, 32)}.json`);
}
