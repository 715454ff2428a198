import type { ResolvedConfig, ResolvedHost, WaveSize } from "../config/resolved.ts";

/**
 * Hosts in the waves in which they are switched, in the order in which they are given. A share is one of all of them, rounded up, so that no
 * wave is ever empty; the last size holds for all that is left. Hosts with the same `group` switch at one moment and are never parted: a wave
 * that a group begins in has all of it, and may have more hosts than were asked for.
 */
export function wavesOf<Host>(
  hosts: readonly Host[],
  sizes: readonly WaveSize[],
  group: (host: Host) => unknown = (host) => host,
): readonly (readonly Host[])[] {
  const waves: Host[][] = [];
  for (const unit of new Map(hosts.map((host) => [group(host), hosts.filter((one) => group(one) === group(host))])).values()) {
    const last = waves.at(-1);
    const size = sizeOf(sizes[waves.length - 1] ?? sizes.at(-1) ?? { percent: 100 }, hosts.length);
    if (last === undefined || last.length >= size) waves.push([...unit]);
    else last.push(...unit);
  }
  return waves;
}

function sizeOf(size: WaveSize, all: number): number {
  return Math.max(1, "hosts" in size ? size.hosts : Math.ceil((all * size.percent) / 100));
}

/** By name, where there is more than one: what a plan shows of them. */
export function wavesShown(
  { hosts, strategy }: Pick<ResolvedConfig, "hosts" | "strategy">,
  group: (host: ResolvedHost) => unknown = (host) => host,
): { waves?: string[][] } {
  const waves = wavesOf(hosts, strategy.waves, group);
  return waves.length > 1 ? { waves: waves.map((wave) => wave.map(({ name }) => name)) } : {};
}
