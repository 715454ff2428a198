import type { Trial } from "./trial.ts";

/**
 * A sample in which every phase comes up in every round and every fault and host in turn: always the same one, and of use all the same when
 * boundaries are added. With fewer phases than faults, take more rounds.
 */
export function rotation(trials: readonly Trial[], rounds: number): Trial[] {
  const [phases, faults, hosts] = [valuesOf(trials, "phase"), valuesOf(trials, "fault"), valuesOf(trials, "host")];
  let turn = 0;
  return Array.from({ length: rounds }).flatMap((_, round) =>
    phases.flatMap((phase, index) => {
      const possible = trials.filter((trial) => trial.phase === phase);
      const fault = nextOf(faults, turn++, (name) => possible.some((trial) => trial.fault === name));
      const struck = possible.filter((trial) => trial.fault === fault);
      const host = nextOf(hosts, index + round, (name) => struck.some((trial) => trial.host === name));
      const there = struck.filter((trial) => trial.host === host);
      return there.slice((index + round) % there.length).slice(0, 1);
    }),
  );
}

function valuesOf(trials: readonly Trial[], key: "phase" | "fault" | "host"): string[] {
  return [...new Set(trials.map((trial) => trial[key]))];
}

/** The first from a place on, around the end, that is fit. */
function nextOf(values: readonly string[], start: number, isFit: (value: string) => boolean): string | undefined {
  return values.map((_, index) => values[(start + index) % values.length] ?? "").find(isFit);
}
