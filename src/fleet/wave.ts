import { wavesOf } from "../plan/waves.ts";
import * as requests from "../host/requests.ts";
import { formatDuration } from "../report/units.ts";
import { checkHost } from "./check-served.ts";
import { drainHost, undrainHost } from "./drain.ts";
import type { Member } from "./member.ts";
import { notice } from "./run.ts";
import { follows, headOf } from "./root-group.ts";
import { waitForOldProcesses } from "./old-processes.ts";
import { pass, present, runPoint, stagesOf, type Stages } from "./stages.ts";
import { confirmHost, lossAfterSwitch, seeSwitch, switchHost } from "./switch.ts";
import type { Stage, Transaction } from "./transaction.ts";

/** One wave after the other. Returns the stage that failed, null if none. */
export async function switchWaves(tx: Transaction): Promise<Stage | null> {
  const { strategy } = tx.run.context.config;
  const waves = wavesOf(tx.members, strategy.waves, headOf);
  for (const [index, all] of waves.entries()) {
    if (index > 0 && (await pause(tx, strategy.pause, waves.length - index))) return "pausing";
    const wave = present(tx, all);
    if (wave.length === 0) continue;
    const hosts = wave.map(({ name }) => name);
    if (waves.length > 1) tx.run.emit({ kind: "wave-started", wave: index + 1, of: waves.length, hosts });
    const failed = await pass(tx, stages(tx, wave), wave);
    tx.waves.push({ hosts: wave.filter((member) => tx.landed.has(member)).map(({ name }) => name), skewMs: skewOf(tx, wave) });
    if (failed !== null) return failed;
  }
  return null;
}

function stages(tx: Transaction, wave: readonly Member[]): Stages {
  const { onFailure } = tx.run.context.config.strategy;
  return stagesOf({
    drain: (member) => drainHost(tx, member),
    // One alone finds out as it switches.
    ...(wave.length > 1 ? { "standing ready": (member: Member) => standReady(tx, member) } : {}),
    "the switch": (member) => switchHost(tx, member),
    ...(wave.some(follows) ? { "reading back": (member: Member) => seeSwitch(tx, member) } : {}),
    afterSwitch: (member) => runPoint(tx, member, "afterSwitch"),
    "old processes": (member) => waitForOldProcesses(tx, member),
    checking: (member) => checkHost(tx, member),
    undrain: (member) => undrainHost(tx, member),
    // What stays whatever comes is final now.
    ...(onFailure === "keep" ? { confirming: (member: Member) => confirmHost(tx, member) } : {}),
  });
}

/** The round of switches begins only where all of the wave stand ready: a host that is gone, or has changed, is found before the first one switches. */
async function standReady(tx: Transaction, member: Member): Promise<void> {
  const text = tx.before.get(member)?.text ?? ("" as requests.Switch["fromText"]);
  // The one that it shares its root with may switch from now on: with the answer it is known that the host has been told what to do then.
  if (follows(member)) member.setLoss(lossAfterSwitch(tx, member));
  await member.phase("ready", () => member.ask(requests.ready(text, tx.release)));
}

/** True if it was cut short. */
async function pause(tx: Transaction, seconds: number, left: number): Promise<boolean> {
  const { signal } = tx.stop;
  if (seconds > 0 && !signal.aborted) {
    const waves = left === 1 ? "the last wave" : "the next wave";
    notice(tx.run, null, `Waiting ${formatDuration(seconds * 1000)} before ${waves}.`);
    await tx.run.ports.sleep(seconds * 1000, signal);
  }
  return signal.aborted;
}

/** Between the first and the last answer of a wave that `current` was switched, in milliseconds. */
function skewOf({ landed }: Transaction, wave: readonly Member[]): number {
  const times = wave.flatMap((member) => landed.get(member) ?? []);
  return times.length === 0 ? 0 : Math.round(Math.max(...times) - Math.min(...times));
}
