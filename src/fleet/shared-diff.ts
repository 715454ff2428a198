import { isUtf8 } from "node:buffer";
import type { CommandContext, SharedDiffOptions } from "../api.ts";
import { envEntries, keyDifference } from "../plan/env-keys.ts";
import type { ContentFacts, HostDiff, SharedDiffDocument } from "../report/shared-documents.ts";
import { withHosts } from "./holds.ts";
import { localContent } from "./local-file.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { readShared, type SharedContent } from "./shared-read.ts";
import { sharedTarget, startSharedRun } from "./shared-target.ts";

/** Files beyond this are compared as a whole only. */
const LOOKED_INTO = 1024 * 1024;

/** In what the file differs between hosts, or from a local one. No value comes out, only names of keys. */
export async function sharedDiff(context: CommandContext, options: SharedDiffOptions, ports: Ports): Promise<SharedDiffDocument> {
  const path = sharedTarget(options.path);
  const run = startSharedRun("shared diff", context, options.host, ports);
  const local = options.from === undefined ? null : await localSide(options.from);
  const looked = await withHosts(run, (member) => member.phase("look", () => hostSide(member, path)));
  const sides = looked.map(({ member, result }) => ({ member, side: result }));
  const first = sides.find(({ side }) => side?.state === "file");
  const reference = local ?? (first === undefined ? null : first.side);
  const hosts = sides.map(({ member, side }) => hostDiff(member, side, reference));
  const { app, environment } = context.config;
  const name = local?.name ?? first?.member.name ?? "";
  const equal = hosts.every(({ state, error }) => error === null && state === (reference === null ? hosts[0]?.state : "same"));
  return {
    schema: 1,
    app,
    environment,
    path,
    equal,
    reference: reference === null ? null : { name, content: factsOf(reference) },
    hosts,
  };
}

/** A file on one side; `whole` null where it is too large. */
interface Side extends SharedContent {
  readonly whole: Buffer | null;
}

async function localSide(from: string | Uint8Array): Promise<Side & { readonly name: string }> {
  const { name, bytes, sha256, read } = await localContent(from);
  const pieces: Buffer[] = [];
  if (bytes <= LOOKED_INTO) for await (const piece of read()) pieces.push(piece);
  return { name, state: "file", bytes, sha256, whole: bytes <= LOOKED_INTO ? Buffer.concat(pieces) : null };
}

async function hostSide(member: Member, path: string): Promise<Side> {
  const pieces: Buffer[] = [];
  const content = await readShared(member, path, LOOKED_INTO, (piece) => pieces.push(Buffer.from(piece)));
  return { ...content, whole: content.bytes <= LOOKED_INTO ? Buffer.concat(pieces) : null };
}

function hostDiff(member: Member, side: Side | null, reference: Side | null): HostDiff {
  const nothing = { host: member.name, content: null, keys: null, error: member.error };
  if (side === null) return { ...nothing, state: "unknown" };
  if (side.state !== "file") return { ...nothing, state: side.state };
  const content = factsOf(side);
  if (reference === null || side.sha256 === reference.sha256) return { ...nothing, state: "same", content };
  return { ...nothing, state: "differs", content, keys: keysOf(side, reference) };
}

function keysOf(side: Side, reference: Side): HostDiff["keys"] {
  const [here, there] = [side, reference].map(entriesOf);
  return here === null || here === undefined || there === null || there === undefined ? null : keyDifference(there, here);
}

function entriesOf({ whole }: Side): ReadonlyMap<string, string> | null {
  return whole === null || !isUtf8(whole) ? null : envEntries(whole.toString("utf8"));
}

function factsOf({ bytes, sha256, whole }: Side): ContentFacts {
  return { bytes, sha256, lines: whole === null ? null : linesOf(whole) };
}

function linesOf(whole: Buffer): number {
  const ends = whole.reduce((sum, byte) => (byte === 10 ? sum + 1 : sum), 0);
  return whole.length > 0 && whole.at(-1) !== 10 ? ends + 1 : ends;
}
