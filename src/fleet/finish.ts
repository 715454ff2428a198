import { HostFailure } from "../errors.ts";
import { pair } from "../plan/facts.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { factOf } from "../release/ledger.ts";
import { formatEntry } from "../release/ledger-text.ts";
import { tellKept } from "./debris.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { leads } from "./root-group.ts";
import { stampOf, warn, type FleetRun } from "./run.ts";
import { taskFacts, type Transaction } from "./transaction.ts";
import { runTasks, tasksFor } from "./tasks.ts";

/** What comes when all is confirmed. Nothing here can fail a deploy: it is live and good. */
export async function finishHost(tx: Transaction, member: Member): Promise<void> {
  const { run } = tx;
  const tasks = tasksFor(run.context.config, member.host, member.host.tasks.finish);
  if (tasks.length === 0) return;
  await tolerate(run, member, () =>
    member.phase("finish", () => runTasks(run, member, { point: "finish", tasks, facts: taskFacts(tx, member) })),
  );
}

/** The same of what is no longer needed. */
export async function pruneBehind(run: FleetRun, member: Member, remove: readonly string[]): Promise<void> {
  if (remove.length > 0) await tolerate(run, member, () => pruneHost(run, member, remove));
}

/** Removes releases on one host; what the host has a reason to keep stays, and is told. */
export async function pruneHost(run: FleetRun, member: Member, remove: readonly string[]): Promise<void> {
  const kept = await usedByFollowers(run, member, remove);
  await pruneUnused(
    run,
    member,
    remove.filter((id) => !kept.has(id)),
  );
}

/** What runs on those that share the root, nobody sees from here. Who cannot be asked may use all of it. */
async function usedByFollowers(run: FleetRun, { followers }: Member, remove: readonly string[]): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  const unsure = await onAll(followers, async (follower) => {
    const lines = await follower.phase("in use", () => follower.ask(requests.used(remove)));
    tellKept(run, follower, lines);
    for (const [word, rest] of lines.map(pair)) if (word === "kept") used.add(pair(rest)[0]);
  });
  for (const { name } of unsure) warn(run, name, `Nothing is pruned: whether a release is in use there is not known.`);
  return unsure.length > 0 ? new Set(remove) : used;
}

async function pruneUnused(run: FleetRun, member: Member, remove: readonly string[]): Promise<void> {
  if (remove.length === 0) return;
  const lineFor = (id: string): string => formatEntry(factOf(stampOf(run, member.generation), "pruned", id));
  const lines = await member.phase(
    "prune",
    () => member.ask(requests.prune(remove.map((id) => ({ id, line: lineFor(id) })))),
    (answer) => `${answer.filter((line) => line.startsWith("pruned ")).length} of ${remove.length} removed`,
  );
  for (const line of lines) {
    const [word, id] = pair(line);
    if (word !== "pruned") continue;
    member.pruned.push(id);
    run.emit({ kind: "pruned", host: member.name, release: id });
  }
  tellKept(run, member, lines);
}

/** The lock is let go of and nothing of this conversation stays on the host. */
export async function closeAll(run: FleetRun, members: readonly Member[]): Promise<void> {
  await onAll(members, async (member) => {
    if (member.alive && member.locked) {
      await tolerate(run, member, async () => {
        await member.ask(leads(member) ? requests.close : requests.leave);
        member.setLoss(loss.nothing);
      });
    }
    await member.close();
  });
}

/** A failure that changes nothing about what is live is a warning. */
async function tolerate(run: FleetRun, member: Member, work: () => Promise<unknown>): Promise<void> {
  const before = member.error;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    member.error = before;
    warn(run, member.name, error.message);
  }
}
