import { bytesOf, type ByteString } from "../host/bytes.ts";
import { pair } from "../plan/facts.ts";
import * as requests from "../host/requests.ts";
import { HostFailure } from "../errors.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import { formatDelta } from "../tree/delta.ts";
import { contentsToAskFor, transfer, type Held, type HeldAt, type Transfer } from "../tree/difference.ts";
import type { FileEntry, TreeContents, TreeEntry } from "../tree/entry.ts";
import { isOddName, unescapePath } from "../tree/manifest.ts";
import { modesOf } from "../tree/modes.ts";
import { writeTar, type ExtraMember } from "../tree/tar.ts";
import { count } from "../report/units.ts";
import type { Member } from "./member.ts";

/** Asks the host what it holds and decides what it copies and what is sent. */
export async function planTransfer(member: Member, { tree }: HostPlan, signal: AbortSignal): Promise<Transfer> {
  const base = member.facts?.base ?? null;
  const sums = member.facts?.release.releases.some(({ sealed }) => sealed) === true ? contentsToAskFor(tree, base) : [];
  const lines = sums.length === 0 ? [] : await member.ask(requests.held(sums), { signal });
  return transfer(tree, base, heldOf(lines));
}

function heldOf(lines: readonly ByteString[]): Held {
  const held = new Map<string, HeldAt[]>();
  for (const line of lines) {
    const [word, rest] = pair(line);
    const [sum, place] = pair(rest);
    const [release, escaped] = pair(place);
    const path = unescapePath(escaped);
    if (word !== "held" || path === null) continue;
    const places = held.get(sum) ?? [];
    places.push({ release, path });
    held.set(sum, places);
  }
  return held;
}

export interface Sending {
  readonly plan: HostPlan;
  readonly transfer: Transfer;
  readonly contents: TreeContents;
  readonly release: string;
  /** Ledger line. */
  readonly preparing: string;
  /** Files that we write into every release ourselves. */
  readonly own: readonly { readonly path: string; readonly contents: string }[];
  readonly signal: AbortSignal;
}

/** What came of a transfer. */
export interface Sent {
  /** Files that a release there should have held as recorded, but did not: edited in place. They were sent again. */
  readonly drifted: number;
}

/** Brings the tree into the new release directory and has every content proved. Throws HostFailure. */
export async function sendTree(member: Member, sending: Sending): Promise<Sent> {
  const { plan, transfer, release, preparing, signal } = sending;
  const delta = formatDelta(transfer);
  const what: requests.Receive = {
    release,
    preparing,
    deltaBytes: delta.length,
    entries: plan.tree.entries.length + 1,
    permissions: plan.host.permissions,
    time: plan.tree.time,
    copyFrom: copySources(transfer),
  };
  await getReady(sending, [...transfer.send, ...seedEntries(plan).values()]);
  const request = `${requests.makeLayout(plan.host.permissions)}${requests.receive(what)}` as ByteString;
  const lines = await member.ask(request, { signal, stream: joined(delta, tarOf(sending, transfer.send, true)) });
  const lacking = lackingOf(plan, lines);
  if (lacking.length > 0) await sendAgain(member, sending, what, lacking);
  await checkOddNames(member, plan, release, signal);
  return { drifted: lacking.length };
}

/** Once more, and no oftener: what is wrong a second time is wrong with the host. */
async function sendAgain(member: Member, sending: Sending, what: requests.Receive, lacking: readonly FileEntry[]): Promise<void> {
  const { plan, signal } = sending;
  await getReady(sending, lacking);
  const lines = await member.ask(requests.receiveAgain(what), { signal, stream: tarOf(sending, lacking, false) });
  const still = lackingOf(plan, lines);
  if (still.length > 0) throw wrongContents(member, still);
}

/** What has to come from elsewhere first is not waited for in the middle of a stream. */
async function getReady({ contents, signal }: Sending, entries: readonly TreeEntry[]): Promise<void> {
  await contents.ready?.(
    entries.filter((entry) => entry.kind === "file"),
    signal,
  );
}

function wrongContents(member: Member, files: readonly FileEntry[]): HostFailure {
  return new HostFailure({
    host: member.name,
    kind: "transfer",
    message: `${count(files.length, "file")} arrived with other content than was sent, twice. The first: ${files[0]?.path ?? ""}`,
    remedy: "Check disk and memory of the host. Nothing was switched.",
  });
}

function copySources({ same, copy }: Transfer): string[] {
  return [...new Set([...same.map(({ release }) => release), ...copy.map(({ release }) => release)])];
}

function lackingOf(plan: HostPlan, lines: readonly ByteString[]): FileEntry[] {
  const paths = new Set(lines.map(pair).flatMap(([word, path]) => (word === "lacks" ? [path] : [])));
  return paths.size === 0 ? [] : plan.tree.entries.filter((entry) => entry.kind === "file").filter(({ path }) => paths.has(path));
}

async function checkOddNames(member: Member, plan: HostPlan, release: string, signal: AbortSignal): Promise<void> {
  const odd = plan.tree.entries.filter((entry) => entry.kind === "file").filter(({ path }) => isOddName(path));
  if (odd.length === 0) return;
  const lines = await member.ask(requests.checkOdd(release, odd), { signal });
  const wrong = lines
    .map(pair)
    .flatMap(([word, index]) => (word === "lacks-odd" ? odd.slice(Number(index), Number(index) + 1) : []));
  if (wrong.length > 0) throw wrongContents(member, wrong);
}

async function* joined(head: ByteString, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(head, "latin1");
  yield* rest;
}

function tarOf({ plan, contents, own }: Sending, entries: readonly TreeEntry[], withExtra: boolean): AsyncIterable<Buffer> {
  const modes = modesOf(plan.host.permissions);
  const seeds = withExtra ? seedEntries(plan) : new Map<TreeEntry, FileEntry>();
  const extra: ExtraMember[] = withExtra
    ? own.map(({ path, contents: text }) => ({ path: bytesOf(path), contents: Buffer.from(text), mode: modes.file }))
    : [];
  return writeTar([...entries, ...seeds.keys()], {
    modes,
    time: plan.tree.time,
    read: (entry) => contents.read(seeds.get(entry) ?? entry),
    extra,
  });
}

const SEED = ".slh-seed/";

/** What the release gives to shared/ where it is missing there: sent to a place of its own, moved by the host (seal.sh). */
function seedEntries({ shared, hidden }: HostPlan): Map<TreeEntry, FileEntry> {
  const paths = shared.filter(({ action }) => action === "seed").map(({ entry }) => bytesOf(entry.path));
  const isSeed = (path: ByteString): boolean => paths.some((seed) => path === seed || path.startsWith(`${seed}/`));
  return new Map(
    hidden
      .filter(({ path }) => isSeed(path))
      .map((entry) => [{ ...entry, path: `${SEED}${entry.path}` as ByteString }, entry as FileEntry]),
  );
}
