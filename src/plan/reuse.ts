import { createHash } from "node:crypto";
import type { ResolvedHost, ReuseEntry, Task } from "../config/resolved.ts";
import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import type { HostFacts } from "../release/facts.ts";
import { stateOf } from "../release/state.ts";
import type { Tree, TreeEntry } from "../tree/entry.ts";
import { unescapePath } from "../tree/manifest.ts";
import { sharedConflicts } from "../tree/shared.ts";
import { pair, type HostProblem } from "./facts.ts";

/** What a host says that `reuse` needs to know, beside the facts: src/target/reuse.sh. */
export interface ReuseFacts {
  /** System and architecture. */
  readonly machine: string;
  /** What sealed releases hold, by what key. */
  readonly records: readonly ReuseRecord[];
  /** What came of each `runtime` command that could be run at all, by the number of its entry. */
  readonly runtimes: ReadonlyMap<number, RuntimeAnswer>;
}

interface RuntimeAnswer {
  /** Exit code; `late`: it was stopped. */
  readonly code: number | "late";
  /** What it said; of one that was stopped after how many seconds. */
  readonly output: string;
}

interface ReuseRecord {
  readonly release: string;
  readonly key: string;
  readonly path: string;
}

/** One entry of `reuse` in one deploy on one host. */
export interface ReuseWish {
  /** Its number in the configuration. */
  readonly index: number;
  readonly path: string;
  /** Null where nothing can be said about it: nothing is taken over, and nothing recorded. */
  readonly key: string | null;
  /** Releases that were made with the same key, best first. */
  readonly from: readonly string[];
  /** Why there is no key; empty where there is one. */
  readonly why: string;
}

/** How many releases are looked at, if those before them are no longer what was sealed. */
const CANDIDATES = 3;

export function parseReuseFacts(lines: readonly ByteString[]): ReuseFacts {
  const said = lines.map(pair);
  return {
    machine: said.flatMap(([word, rest]) => (word === "machine" ? [textOf(rest)] : []))[0] ?? "",
    records: said.flatMap(([word, rest]) => (word === "record" ? [recordOf(rest)] : [])),
    runtimes: new Map(said.flatMap(([word, rest]) => (word === "runtime" ? [runtimeOf(rest)] : []))),
  };
}

function recordOf(line: ByteString): ReuseRecord {
  const [release, rest] = pair(line);
  const [key, path] = pair(rest);
  return { release, key, path: textOf(unescapePath(path) ?? path) };
}

function runtimeOf(line: ByteString): [number, RuntimeAnswer] {
  const [index, rest] = pair(line);
  const [code, output] = pair(rest);
  return [Number(index), { code: code === "late" ? code : Number(code), output: textOf(unescapePath(output) ?? output) }];
}

/** What may be taken over on a host, and under what keys what is there will be recorded. `facts` without debris. */
export function planReuse(host: ResolvedHost, tree: Tree, facts: HostFacts, said: ReuseFacts): readonly ReuseWish[] {
  return host.reuse.map((entry, index) => {
    const why = runtimeProblem(entry, said.runtimes.get(index));
    const key = why === "" ? reuseKey(host, entry, tree, said.machine, said.runtimes.get(index)?.output ?? "") : null;
    return { index, path: entry.path, key, from: key === null ? [] : sources(facts, said.records, entry.path, key), why };
  });
}

function runtimeProblem({ runtime }: ReuseEntry, said: RuntimeAnswer | undefined): string {
  if (runtime === null || said?.code === 0) return "";
  if (said?.code === "late") return `\`${runtime}\` did not end within ${said.output} s, and was stopped`;
  return said === undefined ? `\`${runtime}\` could not be run` : `\`${runtime}\` ended with exit code ${said.code}`;
}

/** The live one first, for it was good to the last; then the newest. Never one that failed, was taken back, or is nobody's. */
function sources(facts: HostFacts, records: readonly ReuseRecord[], path: string, key: string): readonly string[] {
  const same = new Set(records.filter((record) => record.path === path && record.key === key).map(({ release }) => release));
  return facts.releases
    .filter(({ id, sealed }) => sealed && same.has(id) && TRUSTED.has(stateOf(facts, id)))
    .map(({ id }) => id)
    .toSorted((a, b) => Number(b === facts.live) - Number(a === facts.live) || (a < b ? 1 : -1))
    .slice(0, CANDIDATES);
}

const TRUSTED: ReadonlySet<string> = new Set(["good", "live", "sealed"]);

/**
 * SHA-256 over all that decides what the tasks make at a path: the contents of its key files, the machine, what the runtime says of itself,
 * and the tasks that make it with what they are given. Values of secrets are not part of it, only their names. Null where a key file is
 * missing: a problem of the plan.
 */
function reuseKey(host: ResolvedHost, entry: ReuseEntry, tree: Tree, machine: string, runtime: string): string | null {
  const contents = entry.key.map((path) => ({ path, content: contentOf(entryAt(tree, path)) }));
  if (contents.some(({ content }) => content === null)) return null;
  const makers = host.tasks.prepare.filter(({ makes }) => makes === entry.path);
  const { env, path: programs, shell, permissions } = host;
  const parts = { path: entry.path, contents, machine, runtime, makers, env, programs, shell, umask: permissions.umask };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function entryAt(tree: Tree, path: string): TreeEntry | undefined {
  const bytes = bytesOf(path);
  return tree.entries.find((entry) => entry.path === bytes);
}

function contentOf(entry: TreeEntry | undefined): string | null {
  if (entry === undefined || entry.kind === "link") return null;
  return entry.kind === "file" ? entry.sha256 : entry.digest;
}

/** What is wrong with `reuse` in view of the tree that is shipped to a host. */
export function reuseProblems({ reuse }: ResolvedHost, tree: Tree): HostProblem[] {
  return reuse.flatMap((entry) => [...missingKeys(entry, tree), ...inTheTree(entry, tree)]);
}

function missingKeys({ path, key }: ReuseEntry, tree: Tree): HostProblem[] {
  return key.flatMap((file) => {
    const found = entryAt(tree, file);
    if (found !== undefined && found.kind !== "link") return [];
    const why = found === undefined ? "is not in what is deployed" : "is a symbolic link: name what it leads to";
    return [{ code: "reuse-key", text: `${file}, a key of ${path} in \`reuse\`, ${why}` }];
  });
}

function inTheTree({ path }: ReuseEntry, tree: Tree): HostProblem[] {
  if (entryAt(tree, path) !== undefined)
    return [{ code: "reuse-in-tree", text: `${path} of \`reuse\` is part of what is deployed, so no task has to make it` }];
  return sharedConflicts(tree, [bytesOf(path)]).map(({ at }) => ({
    code: "reuse-in-tree",
    text: `${path} of \`reuse\` cannot be made: ${textOf(at)} in what is deployed is not a directory`,
  }));
}

/** Whether a problem is one that a build may solve: only it decides what the tree is. */
export function isAboutReuse({ code }: HostProblem): boolean {
  return code === "reuse-key" || code === "reuse-in-tree";
}

/** The tasks that have nothing to do where these paths were taken over. */
export function spared(tasks: readonly Task[], paths: readonly string[]): readonly Task[] {
  return tasks.filter(({ makes }) => makes !== null && paths.includes(makes));
}
