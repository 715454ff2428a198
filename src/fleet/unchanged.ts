import { HostFailure } from "../errors.ts";
import { textOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import type { Member } from "./member.ts";
import type { HostFacts } from "../release/facts.ts";
import { sealIsGone, sealLost } from "../release/seal.ts";
import { onAll } from "./on-all.ts";
import { leads, missedInGroup } from "./root-group.ts";
import { warn, type FleetRun } from "./run.ts";

/** Whether all hosts serve one and the same release, made from what would be deployed, by what their ledgers say. */
export function agreeUnchanged(plans: ReadonlyMap<Member, HostPlan>): boolean {
  const all = [...plans.values()];
  return all.every((plan) => plan.unchanged && plan.facts.live === all[0]?.facts.live);
}

/**
 * Looks whether the live release is still whole on a host: a ledger does not know what was deleted since. Changes nothing there. Returns
 * why not, as a sentence, or null. Files that were only edited are warned of.
 */
export async function notWhole(run: FleetRun, member: Member, { facts }: HostPlan): Promise<string | null> {
  return facts.live === null ? null : whyNotWhole(run, member, facts, facts.live);
}

/** The same of any release, as a sentence without its end. */
export async function whyNotWhole(run: FleetRun, member: Member, facts: HostFacts, release: string): Promise<string | null> {
  if (sealLost(facts, release)) return sealIsGone(release);
  try {
    const lines = await member.ask(requests.checkWhole(release, member.host.permissions), { signal: run.context.signal });
    for (const line of lines.map(textOf))
      if (line.startsWith("warning ")) warn(run, member.name, `${line.slice("warning ".length)}.`);
    return null;
  } catch (error) {
    if (error instanceof HostFailure && error.kind === "not-whole") return error.message.replace(/\.$/u, "");
    throw error;
  }
}

/**
 * The same on all hosts: why it has to be made anew, by host; a host that could not be asked has failed. It also has to be where a host that
 * shares an app root missed it: what runs there may be of any release.
 */
export async function findDamage(run: FleetRun, plans: ReadonlyMap<Member, HostPlan>): Promise<Map<Member, string>> {
  const found = new Map<Member, string>();
  await onAll([...plans.keys()].filter(leads), async (member) => {
    const plan = plans.get(member);
    const why = plan === undefined ? null : await member.phase("check", () => notWhole(run, member, plan));
    member.damaged = why !== null;
    const text = why ?? (plan === undefined ? null : (missedInGroup(member, plan.facts)?.text ?? null));
    if (text !== null) found.set(member, text);
  });
  return found;
}
