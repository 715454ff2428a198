import { resolve } from "node:path";
import { parseAddress } from "../config/address.ts";
import { expandRanges } from "../config/ranges.ts";
import { findConfig } from "../config/find.ts";
import { readText } from "../config/load.ts";
import { parseYaml } from "../config/yaml.ts";
import type { Known, KnownEnvironment } from "./complete.ts";
import { type KeptNames, readKept } from "./kept.ts";
import { at, entriesOf, textsIn } from "./values.ts";

/** What completions may know. Asks no host and no person, and never fails: what cannot be read is not known. */
export async function readKnown(directory: string, config: string | null, cache: string): Promise<Known> {
  const found = config === null ? await findConfig(directory).catch(() => null) : resolve(directory, config);
  if (found === null) return { environments: [], releases: {} };
  const [written, { releases, names }] = await Promise.all([environmentsOf(found), readKept(cache, found)]);
  if (!PROGRAM.test(found)) return { environments: written.map((one) => completedBy(names[one.name], one)), releases };
  const known = [...new Set([...Object.keys(names), ...Object.keys(releases)])];
  return { environments: known.map((name) => ({ hosts: [], ...names[name], name })), releases };
}

/** Hosts that a list elsewhere has are known once a command has read it. */
function completedBy(kept: KeptNames | undefined, written: KnownEnvironment): KnownEnvironment {
  if (kept === undefined || written.hosts.length > 0) return written;
  return { ...written, hosts: kept.hosts, roles: kept.roles };
}

/** A configuration that would have to be run: no key that is pressed does that. What is known of those is what a command saw. */
const PROGRAM = /\.[cm]?[jt]s$/u;

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
