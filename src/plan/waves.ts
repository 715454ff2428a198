import type { ResolvedConfig, WaveSize } from "../config/resolved.ts";

/**
 * Hosts in the waves in which they are switched, in the order in which they are given. A share is one of all of them, rounded up, so that no
 * wave is ever empty; the last size holds for all that is left.
 */
export function wavesOf<Host>(hosts: readonly Host[], sizes: readonly WaveSize[]): readonly (readonly Host[])[] {
  const waves: (readonly Host[])[] = [];
  for (let at = 0, wave = 0; at < hosts.length; wave++) {
    const size = sizeOf(sizes[wave] ?? sizes.at(-1) ?? { percent: 100 }, hosts.length);
    waves.push(hosts.slice(at, at + size));
    at += size;
  }
  return waves;
}

function sizeOf(size: WaveSize, all: number): number {
  return Math.max(1, "hosts" in size ? size.hosts : Math.ceil((all * size.percent) / 100));
}

/** By name, where there is more than one: what a plan shows of them. */
export function wavesShown({ hosts, strategy }: Pick<ResolvedConfig, "hosts" | "strategy">): { waves?: string[][] } {
  const waves = wavesOf(hosts, strategy.waves);
  return waves.length > 1 ? { waves: waves.map((wave) => wave.map(({ name }) => name)) } : {};
}
