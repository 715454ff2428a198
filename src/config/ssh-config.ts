import { resolve } from "node:path";
import type { HostAddress, ResolvedConfig, ResolvedHost } from "./resolved.ts";

/** The variable of the controller that names the ssh_config of this run: a CI job has its keys elsewhere than the people who wrote the file. */
export const SSH_CONFIG = "SLH_SSH_CONFIG";

/**
 * The configuration with that ssh_config for every host, in place of `ssh.config` and of the user's own: `directory` is where a relative one starts. What `ssh.options` say comes
 * before any file, as ever.
 */
export function withSshConfig(
  config: ResolvedConfig,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): ResolvedConfig {
  const file = env[SSH_CONFIG];
  if (file === undefined || file === "") return config;
  const configFile = resolve(directory, file);
  const reached = (address: HostAddress): HostAddress => (address.kind === "local" ? address : { ...address, configFile });
  const through = (hosts: readonly ResolvedHost[]): readonly ResolvedHost[] =>
    hosts.map((host) => ({ ...host, address: reached(host.address) }));
  const whole = config.wholeEnvironment;
  return { ...config, hosts: through(config.hosts), ...(whole && { wholeEnvironment: through(whole) }) };
}
