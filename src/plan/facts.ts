import type { Current } from "../report/documents.ts";
import type { Tool } from "../check/probe.ts";
import type { HostFacts as ReleaseFacts, InPlace, ReleaseFact } from "../release/facts.ts";
import type { LedgerEntry } from "../release/ledger.ts";
import { parseLedger } from "../release/ledger-text.ts";
import type { Base } from "../tree/difference.ts";
import { unescapePath } from "../tree/manifest.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import { parseRecord, type LockRecord } from "./lock-record.ts";
import type { Space } from "./space.ts";

/** What one look at a host gave: all at one moment. */
export interface Facts extends Space {
  /** What decisions about releases are made from. */
  readonly release: ReleaseFacts;
  /** What is in the way of a deploy. */
  readonly problems: readonly HostProblem[];
  /** Whether the app root exists. */
  readonly exists: boolean;
  readonly rootId: string | null;
  readonly user: string;
  /** The host's clock, Unix seconds. */
  readonly clock: number;
  readonly system: string;
  readonly filesystem: string;
  readonly tools: ReadonlySet<string>;
  /** The system ends all processes of the deploy user with his session. */
  readonly killedAtLogout: boolean;
  /** Text of the link `current`; null where there is none. */
  readonly currentText: ByteString | null;
  /** `current` resolves to nothing. */
  readonly dangling: boolean;
  /** Names in `releases/` that are no release's. */
  readonly foreign: readonly string[];
  /** Files of nginx that give PHP-FPM paths of ours through the link; `soon`: the new release is seen within minutes. */
  readonly phpLinks: readonly { readonly file: string; readonly soon: boolean }[];
  readonly lock: SeenLock;
  readonly debris: readonly { readonly kind: string; readonly name: string }[];
  /** Shared entries by path: whether they are there. */
  readonly shared: ReadonlyMap<ByteString, boolean>;
  readonly base: Base | null;
  /** By the number of a check: which program there would carry it out. Checks that were not asked about are not in it. */
  readonly checkTools: ReadonlyMap<number, FoundTool>;
}

/** What `current` is, for a document. */
export function currentOf({ release, dangling }: Pick<Facts, "release" | "dangling">): Required<Current> {
  const { elsewhere: text = null, within = null, inPlace = null } = release;
  return { elsewhere: text === null ? null : { text, within, dangling }, inPlace };
}

/** The program that would carry out a check; null where none can, and then what was said about it, if anything. */
interface FoundTool {
  readonly tool: Tool | null;
  readonly noise: string;
}

export interface HostProblem {
  readonly code: string;
  readonly text: string;
}

/** The lock as it was seen. */
export interface SeenLock {
  readonly generation: string;
  /** One word that changes as long as the owner lives. */
  readonly beat: string;
  /** Null where nobody holds it. */
  readonly record: LockRecord | null;
}

/** Reads the lines of src/target/facts.sh. Unknown words are passed over: a newer runtime may say more. */
export function parseFacts(lines: readonly ByteString[]): Facts {
  const all = groupLines(lines);
  const one = (word: string): ByteString | undefined => all.get(word)?.[0];
  const many = (word: string): readonly ByteString[] => all.get(word) ?? [];
  const ledger = parseLedger(many("ledger").map(textOf).join("\n"));
  return {
    release: {
      live: nameOrNull(one("live")),
      releases: many("release").map(releaseFactOf),
      entries: ledger.entries,
      damaged: ledger.damaged,
      within: nameOrNull(one("within")),
      inPlace: inPlaceOf(one("in-place")),
      elsewhere: elsewhereOf(one("current"), nameOrNull(one("live"))),
    },
    problems: many("problem").map(problemOf),
    exists: one("exists") === "yes",
    rootId: nameOrNull(one("root")),
    user: textOf(one("user") ?? empty),
    clock: Number(one("clock") ?? 0),
    system: textOf(one("system") ?? empty),
    filesystem: textOf(one("filesystem") ?? empty),
    tools: new Set(many("tool")),
    killedAtLogout: all.has("killed-at-logout"),
    ...spaceOf(one("space")),
    currentText: unescaped(one("current")),
    dangling: all.has("dangling"),
    foreign: many("foreign").map((name) => textOf(unescaped(name) ?? name)),
    phpLinks: many("php-link")
      .map(pair)
      .map(([age, file]) => ({ file: textOf(unescaped(file) ?? file), soon: age === "soon" })),
    lock: lockOf(one("lock")),
    debris: many("debris")
      .map((line) => pair(line))
      .map(([kind, name]) => ({ kind, name: textOf(name) })),
    shared: new Map(
      many("shared")
        .map((line) => pair(line))
        .map(([state, path]) => [unescaped(path) ?? path, state === "present"]),
    ),
    base: baseOf(one("base"), many("directory")),
    checkTools: toolsOf(many("check-tool"), many("check-noise")),
  };
}

/**
 * The ledger in what a host said that was asked for more than `last` lines: the last ones and, where there were more, what came with
 * them from before them. That is not all there was: only lines of releases that are still there, and one line more where there were more.
 */
export function splitLedger(
  lines: readonly ByteString[],
  last: number,
): { readonly entries: readonly LedgerEntry[]; readonly before?: readonly LedgerEntry[] } {
  const said = groupLines(lines).get("ledger") ?? [];
  const entries = entriesOf(said.slice(-last));
  return said.length <= last ? { entries } : { entries, before: entriesOf(said.slice(0, -last)) };
}

function entriesOf(lines: readonly ByteString[]): readonly LedgerEntry[] {
  return parseLedger(lines.map(textOf).join("\n")).entries;
}

const empty = "" as ByteString;

/** Lines by their first word. */
function groupLines(lines: readonly ByteString[]): Map<string, ByteString[]> {
  const groups = new Map<string, ByteString[]>();
  for (const line of lines) {
    const [word, rest] = pair(line);
    const group = groups.get(word);
    if (group === undefined) groups.set(word, [rest]);
    else group.push(rest);
  }
  return groups;
}

/** First word, and all behind the space. */
export function pair(line: ByteString): [string, ByteString] {
  const at = line.indexOf(" ");
  return at < 0 ? [line, empty] : [line.slice(0, at), line.slice(at + 1) as ByteString];
}

function nameOrNull(value: ByteString | undefined): string | null {
  return value === undefined || value === "-" || value === "" ? null : textOf(value);
}

function inPlaceOf(kind: ByteString | undefined): InPlace | null {
  if (kind === undefined) return null;
  return kind === "directory" ? "directory" : "file";
}

/** Where `current` leads, if not to a release. */
function elsewhereOf(text: ByteString | undefined, live: string | null): string | null {
  return text === undefined || live !== null ? null : textOf(unescapePath(text) ?? text);
}

function spaceOf(line = empty): Space {
  const [kilobytes, inodes] = line.split(" ");
  return { kilobytes: countOrNull(kilobytes), inodes: countOrNull(inodes) };
}

function countOrNull(value: string | undefined): number | null {
  return value === undefined || !/^\d+$/.test(value) ? null : Number(value);
}

function unescaped(value: ByteString | undefined): ByteString | null {
  return value === undefined ? null : unescapePath(value);
}

function problemOf(line: ByteString): HostProblem {
  const [code, text] = pair(line);
  return { code, text: textOf(unescaped(text) ?? text) };
}

function releaseFactOf(line: ByteString): ReleaseFact {
  const [id = "", sealed, bytes, left] = line.split(" ");
  return {
    id,
    sealed: sealed === "yes",
    bytes: countOrNull(bytes),
    leftAgo: left === undefined || left === "-" ? null : Number(left),
  };
}

function lockOf(line: ByteString | undefined): SeenLock {
  const [state, generation = "g000000000", beat = "-", ...record] = (line ?? "").split(" ");
  return { generation, beat, record: state === "held" ? parseRecord(textOf(record.join(" ") as ByteString)) : null };
}

function toolsOf(found: readonly ByteString[], said: readonly ByteString[]): ReadonlyMap<number, FoundTool> {
  const noise = new Map(said.map(pair).map(([index, text]) => [Number(index), textOf(text)]));
  return new Map(
    found.map(pair).map(([index, name]): [number, FoundTool] => {
      const tool = name === "-" ? null : (textOf(name) as Tool);
      return [Number(index), { tool, noise: noise.get(Number(index)) ?? "" }];
    }),
  );
}

function baseOf(release: ByteString | undefined, directories: readonly ByteString[]): Base | null {
  if (release === undefined) return null;
  const digests = directories.map(pair).map(([digest, path]): [ByteString, string] => [unescaped(path) ?? path, digest]);
  return { release: textOf(release), directories: new Map(digests) };
}
