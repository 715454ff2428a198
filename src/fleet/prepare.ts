import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import { parseFacts, type HostProblem } from "../plan/facts.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import type { Made } from "../plan/made.ts";
import { hidingPaths } from "../plan/hidden.ts";
import { releaseFiles } from "../plan/release-files.ts";
import { lackOfSpace, type Space } from "../plan/space.ts";
import { count, formatBytes } from "../report/units.ts";
import type { TreeContents } from "../tree/entry.ts";
import type { Transfer } from "../tree/difference.ts";
import { clearDebris, tellDebris } from "./debris.ts";
import type { Member } from "./member.ts";
import { preflightFailure } from "./preflight.ts";
import { takeOver, type TakenOver } from "./reuse.ts";
import { warn, type FleetRun } from "./run.ts";
import { lineOf, taskFacts, type Transaction } from "./transaction.ts";
import { planTransfer, sendTree } from "./transfer.ts";
import { runTasks, tasksFor } from "./tasks.ts";

/** How long the flush of a release may take before it is not waited for, in seconds. */
const FLUSH_SECONDS = 300;

export interface Preparing {
  readonly plan: HostPlan;
  readonly contents: TreeContents;
  /** Take nothing over from earlier releases but contents of the tree. */
  readonly fresh: boolean;
  /** Who made it, where that was not this run. */
  readonly made?: Made;
}

/** Makes the release on one host, up to the seal: nothing writes to it afterwards, and nothing of it is live. */
export async function prepare(tx: Transaction, member: Member, preparing: Preparing): Promise<void> {
  const { run, stop } = tx;
  const { plan, fresh } = preparing;
  await makeReady(run, member, plan);
  member.setLoss(loss.beforeSwitch(tx.release, lineOf(tx, member, "failed", { reason: "the controller was lost" })));
  const transfer = await member.phase("compare", () => planTransfer(member, plan, stop.signal), describeTransfer);
  await inTurn(run, () => send(tx, member, preparing, transfer));
  const taken = await takeOver(run, member, plan, { release: tx.release, signal: stop.signal, fresh });
  await fill(tx, member, preparing, taken);
}

/** So many hosts at once that what lies between us and them stands it. */
async function inTurn({ slots }: FleetRun, work: () => Promise<void>): Promise<void> {
  const leave = await slots.send.enter();
  try {
    await work();
  } finally {
    leave();
  }
}

function describeTransfer({ copy, same, send, bytes }: Transfer): string {
  const files = send.filter(({ kind }) => kind === "file").length;
  const kept = same.length + copy.length > 0 ? ", the rest is copied on the host" : "";
  return `${count(files, "file")} to send (${formatBytes(bytes)})${kept}`;
}

/** What an interrupted run left is told, recorded and removed. Where only that can make room for the release, it is waited for. */
async function makeReady(run: FleetRun, member: Member, { debris, tree }: HostPlan): Promise<void> {
  const { facts } = member;
  if (facts === null) throw new Error(`${member.name} was not looked at`);
  tellDebris(run, member, debris);
  const lacks = (space: Space): HostProblem[] => lackOfSpace(tree, space, facts.filesystem);
  if (lacks(facts).length === 0) return void (await clearDebris(run, member, debris));
  const lines = await clearDebris(run, member, debris, "deleted");
  const problems = lacks(lines.length > 0 ? parseFacts(lines) : facts);
  if (problems.length > 0) throw preflightFailure(member, problems);
}

async function send(tx: Transaction, member: Member, { plan, contents, made }: Preparing, transfer: Transfer): Promise<void> {
  const { run, release, revision, message, stop } = tx;
  const { by, origin, config } = run.context;
  const facts = {
    release,
    revision,
    message,
    by,
    origin,
    tree: contents.tree.digest,
    label: contents.label,
    promotedFrom: contents.promotedFrom ?? null,
    at: run.startedAt.toISOString(),
    ...made,
  };
  const { drifted } = await member.phase("send", () =>
    sendTree(member, {
      plan,
      transfer,
      contents,
      release,
      preparing: lineOf(tx, member, "preparing"),
      own: releaseFiles(config, facts),
      signal: stop.signal,
    }),
  );
  if (drifted > 0)
    warn(
      run,
      member.name,
      `Files of an earlier release that are not what was deployed (edited in place?), sent again: ${drifted}.`,
    );
}

/** Shared links, writable directories, the tasks of `prepare`, the seal: one request. */
async function fill(tx: Transaction, member: Member, { plan, contents, made }: Preparing, taken: TakenOver): Promise<void> {
  const { run, release } = tx;
  const { host, shared } = plan;
  const { permissions, durability } = host;
  const links = shared.flatMap(({ entry, action, text }) =>
    action === "skip"
      ? []
      : [requests.share(release, entry, text, action, entry.kind === "dir" ? permissions.dirs : permissions.files)],
  );
  const tasks = tasksFor(run.context.config, host, host.tasks.prepare).filter((task) => !taken.spared.includes(task));
  const hides = hidingPaths(plan);
  const promotedFrom = made === undefined ? (contents.promotedFrom ?? null) : made.promotedFrom;
  const more = { ...(hides.length === 0 ? {} : { hides }), ...(promotedFrom === null ? {} : { promotedFrom }) };
  const sealed = lineOf(tx, member, "sealed", more).replace(/\}$/, `,"bytes":%BYTES%}`);
  const seal = requests.seal({ release, sealed, durability, flushSeconds: FLUSH_SECONDS, permissions });
  const onBegun = (begun: (typeof tx.begun)[number]): void => void tx.begun.push(begun);
  await member.phase(
    "prepare",
    () =>
      runTasks(run, member, {
        point: "prepare",
        tasks,
        facts: taskFacts(tx, member),
        before: `${links.join("")}${requests.arrange(release, permissions)}` as ByteString,
        after: `${taken.note}${seal}` as ByteString,
        signal: tx.stop.signal,
        onBegun,
      }),
    describeSeal,
  );
}

function describeSeal(lines: readonly ByteString[]): string {
  const [, bytes, entries] = textOf(lines.findLast((line) => line.startsWith("sealed ")) ?? ("" as ByteString)).split(" ");
  return bytes === undefined ? "" : `sealed, ${formatBytes(Number(bytes))} in ${Number(entries)} entries`;
}
