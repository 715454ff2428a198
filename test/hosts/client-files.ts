import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "./command.ts";
import type { FleetHost } from "./fleet-host.ts";
import type { Place } from "./place.ts";

/** Makes the key that all hosts let in. */
export async function writeClientKey({ directory }: Place): Promise<void> {
  await mustRun(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(directory, "client_key")]);
}

/** Writes the ssh configuration with one entry per host, and the host keys it trusts. Returns the path of the former. */
export async function writeClientConfig({ directory }: Place, hosts: readonly FleetHost[]): Promise<string> {
  const file = join(directory, "ssh_config");
  await writeFile(join(directory, "known_hosts"), (await Promise.all(hosts.map(knownHost))).join(""));
  await writeFile(file, hosts.map((host) => section(directory, host)).join("\n"), { mode: 0o600 });
  return file;
}

async function knownHost({ reachedAt, files }: FleetHost): Promise<string> {
  const key = await readFile(join(files, "host_key.pub"), "utf8");
  return `[${reachedAt.address}]:${reachedAt.port} ${key.trim()}\n`;
}

function section(directory: string, { name, reachedAt }: FleetHost): string {
  return `Host ${name}
  HostName ${reachedAt.address}
  Port ${reachedAt.port}
  User root
  IdentityFile ${join(directory, "client_key")}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${join(directory, "known_hosts")}
  GlobalKnownHostsFile /dev/null
`;
}
