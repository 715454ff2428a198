import type { Limits, Strategy, WaveSize } from "./resolved.ts";
import type { WrittenLimits, WrittenStrategy, WrittenWave } from "./written-strategy.ts";
import { DEFAULTS } from "./defaults.ts";
import { seconds } from "./duration.ts";

/** How hosts are switched: all at once where nothing is said. */
export function resolveStrategy(written: WrittenStrategy = {}): Strategy {
  const { wave = DEFAULTS.wave, pause, maxFailures, onFailure } = written;
  const sizes = typeof wave === "object" ? wave : [wave];
  return {
    waves: sizes.map(waveSize),
    pause: seconds(pause ?? DEFAULTS.pause) ?? DEFAULTS.pause,
    maxFailures: maxFailures ?? DEFAULTS.maxFailures,
    onFailure: onFailure ?? DEFAULTS.onFailure,
  };
}

export function resolveLimits(written: WrittenLimits = {}): Limits {
  return { connect: written.connect ?? DEFAULTS.connect, send: written.send ?? DEFAULTS.send };
}

/** Of a text that has passed {@link waveRule}. */
function waveSize(written: WrittenWave): WaveSize {
  if (written === "all") return { percent: 100 };
  if (typeof written === "number") return { hosts: written };
  return written.endsWith("%") ? { percent: Number.parseFloat(written) } : { hosts: Number(written) };
}

/** A number of hosts, a share of them, or all. */
export function waveRule(written: string | number): string | null {
  const [, digits = "", share = ""] = /^([1-9]\d{0,5})(%?)$/.exec(String(written)) ?? [];
  const size = Number(digits);
  const fits = written === "all" || (digits !== "" && (share === "" || size <= 100));
  return fits ? null : "must be a number of hosts, a share of them such as `25%`, or `all`";
}
