import type { ResolvedConfig, ResolvedHost } from "./resolved.ts";

/** Every host of the environment, also those that a command was told to leave out. */
export function allHosts({ hosts, wholeEnvironment = hosts }: ResolvedConfig): readonly ResolvedHost[] {
  return wholeEnvironment;
}

/** The configuration for every host of the environment, whichever a command is for. */
export function forAllHosts(config: ResolvedConfig): ResolvedConfig {
  const { wholeEnvironment, ...rest } = config;
  return wholeEnvironment === undefined ? config : { ...rest, hosts: wholeEnvironment };
}

/** Names of the hosts that a command was told to leave out; mostly none. */
export function leftOut(config: ResolvedConfig): readonly string[] {
  const names = new Set(config.hosts.map(({ name }) => name));
  return allHosts(config).flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

/** Whether `on: first` means this host: the first of the environment, whichever hosts a command is for. */
export function isFirst(config: ResolvedConfig, { name }: Pick<ResolvedHost, "name">): boolean {
  return allHosts(config)[0]?.name === name;
}
