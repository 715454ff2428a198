import { hash } from "node:crypto";
import { rawBytes, textOf, type ByteString } from "../host/bytes.ts";
import { unescapePath } from "../tree/manifest.ts";
import { visiblePath } from "../tree/names.ts";
import type { VerifyFinding, FindingKind, VerifiedPart } from "../report/verify-document.ts";
import { pair } from "./facts.ts";

/** What src/target/verify.sh said of a release. */
export interface Judged {
  readonly release: string | null;
  readonly sealed: boolean;
  /** The list of what was sent is gone: all was compared by kind and size. */
  readonly lost: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly parts: Readonly<Record<Part, VerifiedPart>>;
  /** Entries that have to be asked for by name. */
  readonly named: readonly Asked[];
}

export type Part = "tree" | "generated" | "shared";

/** An entry that is asked for by name, and what it should be. */
export interface Asked {
  readonly part: Part;
  readonly kind: "F" | "L" | "D";
  readonly path: ByteString;
  /** Of the content or the text of the link; null for a directory. */
  readonly sha256: string | null;
  /** Lists cannot hold its name: nothing was found out about it yet. */
  readonly odd: boolean;
}

/** Reads the answer. `sharedText`: what the link at a shared path should say. */
export function parseJudged(lines: readonly ByteString[], sharedText: (path: ByteString) => ByteString): Judged {
  const words = lines.map(pair);
  const total =
    words
      .find(([word]) => word === "total")?.[1]
      .split(" ")
      .map(Number) ?? [];
  const [files = 0, bytes = 0, tree = 0, generated = 0, shared = 0] = total;
  const part = (name: Part, entries: number): VerifiedPart => ({ entries, findings: findingsOf(words, name) });
  const release = words.find(([word]) => word === "release")?.[1];
  return {
    release: release === undefined ? null : textOf(release),
    sealed: words.some(([word]) => word === "sealed"),
    lost: words.some(([word]) => word === "lost"),
    files,
    bytes,
    parts: { tree: part("tree", tree), generated: part("generated", generated), shared: part("shared", shared) },
    named: words.flatMap(([word, rest]) => askedOf(word, rest, sharedText)),
  };
}

function findingsOf(words: readonly (readonly [string, ByteString])[], part: Part): VerifyFinding[] {
  const about = (word: string): [string, ByteString][] =>
    words
      .filter(([first, rest]) => first === word && rest.startsWith(`${part} `))
      .map(([, rest]) => pair(rest.slice(part.length + 1) as ByteString));
  const found = about("found");
  return about("count").map(([what, number]) => ({
    what: what as FindingKind,
    count: Number(number),
    paths: found.filter(([kind]) => kind === what).map(([, path]) => visiblePath(unescapePath(path) ?? path)),
  }));
}

function askedOf(word: string, rest: ByteString, sharedText: (path: ByteString) => ByteString): Asked[] {
  if (word === "odd") {
    const [kind, more] = pair(rest);
    const [sum, path] = pair(more);
    return [
      {
        part: "tree",
        kind: kind as Asked["kind"],
        path: unescapePath(path) ?? path,
        sha256: kind === "D" ? null : sum,
        odd: true,
      },
    ];
  }
  if (word === "link") {
    const [sum, path] = pair(rest);
    return [{ part: "tree", kind: "L", path: unescapePath(path) ?? path, sha256: sum, odd: false }];
  }
  if (word !== "shared") return [];
  return [{ part: "shared", kind: "L", path: rest, sha256: hash("sha256", rawBytes(sharedText(rest))), odd: false }];
}

/** What the answer about an entry asked for by name means; null where it is as it should be. */
export function judgeNamed(
  { part, sha256, odd }: Asked,
  answer: ByteString,
): { readonly what: FindingKind | null; readonly bytes: number } {
  const [word, rest] = pair(answer);
  if (word === "gone" || word === "kind") return { what: odd ? word : null, bytes: 0 };
  if (word === "sum") {
    const [sum, size] = pair(rest);
    return { what: sum === "" ? "unreadable" : sum === sha256 ? null : "changed", bytes: Number(size) };
  }
  if (word !== "text") return { what: null, bytes: 0 };
  const [leads, escaped] = pair(rest);
  const same = hash("sha256", rawBytes(unescapePath(escaped) ?? escaped)) === sha256;
  return { what: !same ? "changed" : part === "shared" && leads === "dangles" ? "dangling" : null, bytes: 0 };
}

/** A part with what was found by name added. */
export function withNamed(
  part: VerifiedPart,
  named: readonly { readonly what: FindingKind; readonly path: ByteString }[],
): VerifiedPart {
  const all = new Map(part.findings.map((finding) => [finding.what, finding]));
  for (const { what, path } of named) {
    const { count, paths } = all.get(what) ?? { count: 0, paths: [] };
    all.set(what, { what, count: count + 1, paths: paths.length < MOST ? [...paths, visiblePath(path)] : paths });
  }
  return { ...part, findings: [...all.values()].toSorted((a, b) => (a.what < b.what ? -1 : 1)) };
}

/** As many names of a sort as a host tells. */
const MOST = 100;
