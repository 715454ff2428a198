import { HostFailure } from "../errors.ts";
import { bytesFrom, bytesOf, type ByteString } from "../host/bytes.ts";
import * as lendRequests from "../host/lend-requests.ts";
import * as requests from "../host/requests.ts";
import { madeOf, type Made } from "../plan/made.ts";
import { pair } from "../plan/facts.ts";
import type { HostFacts } from "../release/facts.ts";
import { recordOf } from "../release/record.ts";
import { count, formatBytes } from "../report/units.ts";
import type { Tree, TreeContents } from "../tree/entry.ts";
import { changedLinks, NotATree, readKept, treeOfKept, type KeptManifest } from "../tree/kept.ts";
import { shownPaths } from "../tree/names.ts";
import { ContentStore } from "../tree/store.ts";
import { makeTemporary, sweepTemporary } from "../tree/temporary.ts";
import { Lending } from "./lending.ts";
import type { Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";

/** The tree of a release, taken back from hosts that have it. */
export interface HostTree extends TreeContents {
  readonly kept: NonNullable<TreeContents["kept"]>;
  /** Who made the release, when and from what: the same on all hosts. */
  readonly made: Made;
}

/**
 * Takes the tree of a release from the first of `lenders` that still has it as it was sealed. Contents are taken when they are asked
 * for, from any of them, and kept in a private directory until it is closed. Every digest and every hash is computed anew here: what a host says
 * of a release is believed only as far as that. Throws HostFailure, or what stops the run, if none of them can; each has then failed.
 */
export async function treeFromHosts(run: FleetRun, lenders: readonly Member[], release: string): Promise<HostTree> {
  const { temporary: parent, run: start } = run.ports;
  const [kept, others] = await firstWhole(run, byHides(lenders, release), release);
  await sweepTemporary(parent, start);
  const temporary = await makeTemporary(parent, start);
  const store = await ContentStore.in(temporary.path);
  const lending = new Lending(run, [kept.lender, ...others], release, store);
  const { tree, hides, made, digest } = kept;
  return {
    tree: { ...tree, digest },
    kept: { tree, hides },
    made,
    revision: made.revision,
    label: made.label,
    warnings: [],
    ready: (files, signal) => lending.take(files, signal),
    read: (entry) => store.read(entry),
    close: async () => {
      await lending.settled();
      await store.close();
      await temporary.remove();
    },
  };
}

interface Kept {
  readonly lender: Member;
  readonly tree: Tree;
  readonly digest: string;
  readonly hides: readonly ByteString[];
  readonly made: Made;
}

/** Those first that have all of the tree. */
function byHides(lenders: readonly Member[], release: string): readonly Member[] {
  return lenders.toSorted((a, b) => recordOf(factsOf(a), release).hides.length - recordOf(factsOf(b), release).hides.length);
}

function factsOf({ facts, name }: Member): HostFacts {
  if (facts === null) throw new Error(`${name} was not looked at`);
  return facts.release;
}

/** The first lender that has the release whole, and those behind it. The others are told as a warning, or where all of them are, as what failed. */
async function firstWhole(run: FleetRun, lenders: readonly Member[], release: string): Promise<[Kept, readonly Member[]]> {
  const failures: [Member, HostFailure][] = [];
  for (const [index, lender] of lenders.entries()) {
    const found = await lender.phase("lend", () => keptBy(run, lender, release), describeKept);
    if (!(found instanceof HostFailure)) {
      for (const [{ name }, { message }] of failures)
        warn(run, name, `${message.replace(/\.$/u, "")}. Taken from ${lender.name} instead.`);
      return [found, lenders.slice(index + 1)];
    }
    failures.push([lender, found]);
  }
  for (const [lender, failure] of failures) lender.fail(failure, "lend");
  throw failures[0]?.[1] ?? new Error("no lenders");
}

function describeKept(found: Kept | HostFailure): string {
  if (found instanceof HostFailure) return "cannot lend it";
  const files = found.tree.entries.filter((entry) => entry.kind === "file");
  return `${count(files.length, "file")}, ${formatBytes(files.reduce((sum, { size }) => sum + size, 0))}`;
}

/** Returned, not thrown, what only rules out this one lender. */
async function keptBy(run: FleetRun, lender: Member, release: string): Promise<Kept | HostFailure> {
  try {
    return await askKept(run, lender, release);
  } catch (error) {
    const failure = error instanceof NotATree ? cannotLend(run, lender, release, error.message) : error;
    if (failure instanceof HostFailure && failure.kind !== "cancelled") return failure;
    throw failure;
  }
}

async function askKept(run: FleetRun, lender: Member, release: string): Promise<Kept> {
  const { signal } = run.context;
  await lender.ask(requests.checkWhole(release, lender.host.permissions), { signal });
  const pieces: Buffer[] = [];
  const lines = await lender.ask(lendRequests.lend(release), {
    signal,
    onOutput: (chunk) => void pieces.push(Buffer.from(chunk)),
  });
  const manifest = readKept(bytesFrom(Buffer.concat(pieces)));
  const targets = await targetsOf(lender, release, manifest, signal);
  const changed = changedLinks(manifest, targets);
  if (changed.length > 0)
    throw new NotATree(
      `Links of it lead elsewhere than when it was deployed: ${shownPaths(changed.map((index) => manifest.links[index]?.path ?? bytesOf("")))}`,
    );
  const said = new Map(lines.map(pair));
  const record = recordOf(factsOf(lender), release);
  const digest = record.tree ?? manifest.manifest.digest ?? "";
  const made = madeOf(said.get("record") ?? null, { release, tree: digest }, record);
  const tree = treeOfKept(manifest, targets, timeOf(said.get("time"), made));
  const hides = record.hides.map(bytesOf);
  if (hides.length === 0 && tree.digest !== digest) throw new NotATree("The list of its files is that of another tree");
  return { lender, tree, digest, hides, made };
}

async function targetsOf(
  lender: Member,
  release: string,
  { links }: KeptManifest,
  signal: AbortSignal,
): Promise<readonly ByteString[]> {
  const pieces: Buffer[] = [];
  if (links.length === 0) return [];
  const stream = lendRequests.namesOf(links);
  const onOutput = (chunk: Buffer): void => void pieces.push(Buffer.from(chunk));
  await lender.ask(lendRequests.lendLinks(release), { stream, signal, onOutput });
  return bytesFrom(Buffer.concat(pieces)).split("\0") as ByteString[];
}

/** All files of a release have one time. Where the host cannot tell it, that of the deploy is as good as any. */
function timeOf(said: string | undefined, { at }: Made): number {
  if (said !== undefined && /^\d{1,10}$/u.test(said)) return Number(said);
  const made = Date.parse(at);
  return Number.isNaN(made) ? 0 : Math.floor(made / 1000);
}

function cannotLend(run: FleetRun, lender: Member, release: string, why: string): HostFailure {
  return new HostFailure({
    host: lender.name,
    kind: "not-whole",
    message: `${release} cannot be taken from it. ${why}`,
    remedy: `To see what was changed there: ${run.commands("verify", release)}. To make a new release on all hosts: ${run.commands("deploy", "--force")}`,
  });
}
