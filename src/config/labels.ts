import type { WrittenAddress } from "./address.ts";

interface Named {
  readonly name: string | null;
  readonly address: WrittenAddress;
}

/** What hosts are called: as they were named, or by host, or by host and port where another one is called the same. */
export function labels(hosts: readonly Named[]): readonly string[] {
  const short = hosts.map(({ name, address }) => name ?? address.host);
  const counts = new Map<string, number>();
  for (const name of short) counts.set(name, (counts.get(name) ?? 0) + 1);
  return hosts.map(({ name, address }, index) => {
    const own = short[index] ?? address.host;
    const isShared = (counts.get(own) ?? 0) > 1;
    return name === null && isShared && address.port !== null ? withPort(address.host, address.port) : own;
  });
}

function withPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
