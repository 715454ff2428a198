import type { CommandContext, VerifyOptions } from "../api.ts";
import { HostFailure } from "../errors.ts";
import { bytesOf, type ByteString } from "../host/bytes.ts";
import { look } from "../host/requests.ts";
import * as requests from "../host/shared-requests.ts";
import { pair, parseFacts } from "../plan/facts.ts";
import { sharedText } from "../plan/host-plan.ts";
import { judgeNamed, parseJudged, withNamed, type Asked, type Judged, type Part } from "../plan/verify-facts.ts";
import type { FindingKind, HostVerified, VerifiedPart, VerifyDocument } from "../report/verify-document.ts";
import { sealLost } from "../release/seal.ts";
import { withHosts } from "./holds.ts";
import type { Member } from "./member.ts";
import { noSuchRelease } from "./no-such-release.ts";
import type { Ports } from "./ports.ts";
import { startRun } from "./run.ts";

/** Compares a release on each host with its seal and with what was sent. Changes nothing and takes no lock. */
export async function verify(context: CommandContext, { release }: VerifyOptions, ports: Ports): Promise<VerifyDocument> {
  const run = startRun("verify", context, ports);
  const lacking = new Map<Member, readonly string[]>();
  const looked = await withHosts(run, (member) => member.phase("verify", () => verifyHost(member, release ?? "", lacking)));
  if (release !== undefined && lacking.size === looked.length)
    throw noSuchRelease(release, [...lacking.values()].flat(), run.commands);
  const hosts = looked.map(({ member, result }) => result ?? { ...NOTHING, host: member.name, error: member.error });
  const { app, environment } = context.config;
  return { schema: 1, app, environment, asked: release ?? null, verdict: verdictOf(hosts), hosts };
}

function verdictOf(hosts: readonly HostVerified[]): VerifyDocument["verdict"] {
  const told = hosts.filter(({ release }) => release !== null);
  if (new Set(told.map(({ release }) => release)).size > 1) return "differ";
  if (hosts.some(isDamaged)) return "damaged";
  return hosts.every(({ whole }) => whole) ? "whole" : "unknown";
}

function isDamaged({ tree, generated, shared }: HostVerified): boolean {
  return [tree, generated, shared].some(({ findings }) => findings.length > 0);
}

const NO_PART: VerifiedPart = { entries: 0, findings: [] };
const NOTHING = {
  release: null,
  sealed: false,
  whole: false,
  tree: { ...NO_PART, files: 0, bytes: 0 },
  generated: NO_PART,
  shared: NO_PART,
} as const;

/** Who has no such release is kept in `lacking`, with those that are there. */
async function verifyHost(member: Member, release: string, lacking: Map<Member, readonly string[]>): Promise<HostVerified> {
  const { shared, permissions } = member.host;
  const paths = shared.map(({ path }) => path);
  const lines = await member.ask(requests.verify(release, paths, permissions.writable)).catch(async (error: unknown) => {
    if (error instanceof HostFailure && error.kind === "not-whole" && release !== "") await lookForIt(member, release, lacking);
    throw error;
  });
  const judged = parseJudged(lines, (path) => sharedText(member.host, path));
  const named = await askNamed(member, judged);
  const part = (name: Part): VerifiedPart =>
    withNamed(
      judged.parts[name],
      named.found.filter((one) => one.part === name),
    );
  const [tree, generated, links] = [part("tree"), part("generated"), part("shared")];
  const lost = judged.lost ? "manifest" : judged.sealed ? null : await sealOf(member, judged.release);
  const whole = judged.sealed && lost === null && [tree, generated, links].every(({ findings }) => findings.length === 0);
  return {
    host: member.name,
    release: judged.release,
    sealed: judged.sealed,
    ...(lost === null ? {} : { lost }),
    whole,
    tree: { ...tree, entries: tree.entries + named.odd, files: judged.files + named.files, bytes: judged.bytes + named.bytes },
    generated,
    shared: links,
    error: member.error,
  };
}

/** Of a release without a seal: whether it had one once, by the ledger. */
async function sealOf(member: Member, release: string | null): Promise<"seal" | null> {
  const facts = parseFacts(await member.ask(look({ ledgerLines: 400, base: false, shared: [] }))).release;
  return release !== null && sealLost(facts, release) ? "seal" : null;
}

async function lookForIt(member: Member, release: string, lacking: Map<Member, readonly string[]>): Promise<void> {
  const { releases } = parseFacts(await member.ask(look({ ledgerLines: 0, base: false, shared: [] }))).release;
  const ids = releases.map(({ id }) => id);
  if (!ids.includes(release)) lacking.set(member, ids);
}

interface NamedFound {
  readonly found: readonly { readonly part: Part; readonly what: FindingKind; readonly path: ByteString }[];
  readonly odd: number;
  readonly files: number;
  readonly bytes: number;
}

/** So many at a time: a request is held in memory on the host. */
const AT_ONCE = 500;

async function askNamed(member: Member, { release, named }: Judged): Promise<NamedFound> {
  const answers: ByteString[] = [];
  for (let at = 0; at < named.length; at += AT_ONCE) {
    const lines = await member.ask(requests.verifyEach(release ?? "", named.slice(at, at + AT_ONCE)));
    const said = new Map(lines.map(pair).flatMap(([word, rest]) => (word === "each" ? [pair(rest)] : [])));
    for (let index = 0; index < Math.min(AT_ONCE, named.length - at); index += 1)
      answers.push(said.get(String(index)) ?? bytesOf("gone"));
  }
  const judged = named.map((asked, index) => ({ asked, ...judgeNamed(asked, answers[index] ?? bytesOf("gone")) }));
  const odd = named.filter((asked) => asked.odd);
  return {
    found: judged.flatMap(({ asked: { part, path }, what }) => (what === null ? [] : [{ part, path, what }])),
    odd: odd.length,
    files: odd.filter(isFile).length,
    bytes: judged.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function isFile({ kind }: Asked): boolean {
  return kind === "F";
}
