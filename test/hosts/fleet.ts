import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeClientConfig, writeClientKey } from "./client-files.ts";
import { startProxy } from "./cut-proxy.ts";
import { freeEndpoints, ownEndpoints } from "./endpoints.ts";
import { FleetHost } from "./fleet-host.ts";
import { type Guard, startGuard } from "./guard.ts";
import { writeHostFiles } from "./host-files.ts";
import { canRunFleet } from "./machine.ts";
import type { FleetOptions } from "./options.ts";
import { makePlace, type Place } from "./place.ts";

export type { FleetHost } from "./fleet-host.ts";
export type { FleetOptions } from "./options.ts";

/** Hosts on this machine that a program reaches by real ssh over loopback. */
export interface Fleet {
  /** In the order of their names. */
  hosts: FleetHost[];
  /** The host of that name. */
  host(name: string): FleetHost;
  /** An ssh configuration with an entry for each host. Pass it with `-F`. */
  sshConfigFile: string;
  /** The app root, as every host sees it: the same path, and a directory of its own on each. Its parent is there too. */
  appRoot: string;
  /** Holds everything of the fleet that is on the disk of this machine. */
  directory: string;
  /** Ends every process on every host and removes every file and mount. Rejects if something was in the way. */
  stop(): Promise<void>;
}

/**
 * Starts hosts that are as separate as one kernel allows: each is an sshd in namespaces of its own, where `appRoot` is
 * another directory. Works in vitest and in plain scripts, many at a time. Needs root: see `canRunFleet`.
 *
 * Call `stop` when done. If that does not happen, because the process was killed or forgot, the fleet goes all the same.
 */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const ability = canRunFleet();
  if (!ability.ok) throw new Error(ability.reason);
  const place = makePlace();
  const guard = startGuard(place, options.network ?? "shared");
  const hosts: FleetHost[] = [];
  const stop = async (): Promise<void> => {
    await allOf(hosts.map(async (host) => host.release()));
    await guard.end();
  };
  try {
    hosts.push(...(await makeHosts(place, guard, options)));
    const sshConfigFile = await bootHosts(place, hosts, options);
    const { directory, appRoot } = place;
    return { hosts, host: (name) => find(hosts, name), sshConfigFile, appRoot, directory, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function makeHosts(place: Place, guard: Guard, { hosts, names, proxied, network }: FleetOptions): Promise<FleetHost[]> {
  const endpoints = network === "own" ? ownEndpoints(hosts) : await freeEndpoints(hosts);
  return allOf(
    endpoints.map(async (endpoint, index) => {
      const proxy = proxied === true ? await startProxy(endpoint, endpoint.address) : undefined;
      return new FleetHost({ name: names?.[index] ?? `web${index + 1}`, endpoint, proxy, place, guard });
    }),
  );
}

/** Returns the path of the ssh configuration. */
async function bootHosts(place: Place, hosts: readonly FleetHost[], options: FleetOptions): Promise<string> {
  await writeClientKey(place);
  // All files before the first boot, so that every host can be given a disk of every other.
  await allOf(hosts.map(async (host) => writeHostFiles(place, host, options)));
  await allOf(hosts.map(async (host) => host.boot()));
  return writeClientConfig(place, hosts);
}

/** Like `Promise.all`, but when one fails the others are awaited all the same: they must not go on in a fleet that ends. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function find(hosts: readonly FleetHost[], name: string): FleetHost {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`This fleet has no ${name}.`);
  return host;
}

/** As if nobody had ever deployed there: for tests that share a fleet. */
export function emptyRoots({ hosts }: Pick<Fleet, "hosts">): void {
  for (const { directory } of hosts)
    for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
}
