import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseAddress } from "../config/address.ts";
import { expandRanges } from "../config/ranges.ts";
import { findConfig } from "../config/find.ts";
import { readText } from "../config/load.ts";
import { parseYaml } from "../config/yaml.ts";
import type { Known } from "./complete.ts";

/** Ids of releases that a command saw on the hosts of one environment. */
export interface Seen {
  /** The configuration, absolute. */
  readonly file: string;
  readonly environment: string;
  readonly releases: readonly string[];
  /** Ids that are no more. */
  readonly gone: readonly string[];
  /** These are all there are; otherwise they are besides what is known already. */
  readonly all: boolean;
}

/** What completions may know. Asks no host and no person, and never fails: what cannot be read is not known. */
export async function readKnown(directory: string, config: string | null, cache: string): Promise<Known> {
  const found = config === null ? await findConfig(directory).catch(() => null) : resolve(directory, config);
  if (found === null) return { environments: [], releases: {} };
  const [environments, releases] = await Promise.all([environmentsOf(found), readSeen(cache, found)]);
  if (!PROGRAM.test(found)) return { environments, releases };
  return { environments: Object.keys(releases).map((name) => ({ name, hosts: [] })), releases };
}

/** Keeps for completions what a command saw. A cache that cannot be written is none. */
export async function remember(seen: Seen, cache: string): Promise<void> {
  try {
    const known = await readSeen(cache, seen.file);
    const before = seen.all ? [] : (known[seen.environment] ?? []);
    const ids = [...new Set([...seen.releases, ...before])].filter((id) => !seen.gone.includes(id));
    const releases = ids.toSorted((a, b) => (a < b ? 1 : -1)).slice(0, MOST);
    const path = cacheFile(cache, seen.file);
    const temporary = `${path}.${process.pid}`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify({ schema: 1, releases: { ...known, [seen.environment]: releases } }), {
      mode: 0o600,
    });
    await rename(temporary, path).catch(() => rm(temporary, { force: true }));
  } catch {
    // Completions then know fewer ids.
  }
}

/** A configuration that would have to be run: no key that is pressed does that. Of those the environments are known that a command saw. */
const PROGRAM = /\.[cm]?[jt]s$/u;

/** Ids that one looks through in a list. */
const MOST = 50;

async function readSeen(cache: string, file: string): Promise<Readonly<Record<string, readonly string[]>>> {
  try {
    const read = JSON.parse(await readFile(cacheFile(cache, file), "utf8")) as { readonly releases?: unknown };
    return Object.fromEntries(entriesOf(read.releases).map(([name, ids]) => [name, textsIn(ids)]));
  } catch {
    return {};
  }
}

function cacheFile(cache: string, file: string): string {
  return join(cache, "completions", `${createHash("sha256").update(file).digest("hex").slice(0, 32)}.json`);
}

/** Read without judging: a configuration with a mistake in it has environments all the same. */
async function environmentsOf(file: string): Promise<Known["environments"]> {
  if (PROGRAM.test(file)) return [];
  const text = await readText(file, AbortSignal.timeout(PATIENCE)).catch(() => null);
  if (typeof text !== "string") return [];
  // JSON is read as the YAML that it nearly is.
  const { parseToml } = file.endsWith(".toml") ? await import("../config/toml.ts") : { parseToml: parseYaml };
  const { value } = parseToml(file, text);
  return entriesOf(at(value, "environments")).map(([name, environment]) => {
    const written = at(environment, "hosts");
    const hosts = Array.isArray(written) ? (written as readonly unknown[]) : [];
    const keys = (of: string): readonly string[] =>
      textsIn([value, environment, ...hosts].flatMap((level) => entriesOf(at(level, of)).map(([key]) => key)));
    return {
      name,
      hosts: textsIn(hosts.flatMap(namesOf)),
      roles: textsIn(hosts.flatMap((host) => at(host, "roles") ?? [])),
      commands: keys("commands"),
      logs: keys("logs"),
      shared: [value, environment, ...hosts].flatMap((level) => sharedIn(at(level, "shared"))),
    };
  });
}

/** Milliseconds to wait for a configuration that is a pipe. */
const PATIENCE = 500;

/** What a host is called, on the command line too: never the user or the port. An entry may stand for several. */
function namesOf(host: unknown): readonly string[] {
  const name = at(host, "name");
  const written = name ?? (typeof host === "string" ? host : at(host, "host"));
  if (typeof written !== "string") return [];
  const all = expandRanges(written);
  return typeof all === "string" ? [] : name === undefined ? all.flatMap(placeOf) : all;
}

function placeOf(text: string): readonly string[] {
  const address = parseAddress(text);
  return typeof address === "string" ? [] : [address.host];
}

/** Paths of files, then of directories: a word that is being typed for `shared` is mostly that of a file. */
function sharedIn(shared: unknown): readonly string[] {
  const entries = ["files", "dirs"].flatMap((kind) => at(shared, kind) ?? []);
  return textsIn(entries.map((entry) => (typeof entry === "string" ? entry : at(entry, "path"))));
}

function at(map: unknown, key: string): unknown {
  return entriesOf(map).find(([name]) => name === key)?.[1];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Texts that can stand in a line. */
function textsIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is string => typeof item === "string" && item !== "" && !/\p{C}/u.test(item));
}
