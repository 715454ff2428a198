import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Where a server on this machine listens. */
export interface Endpoint {
  address: string;
  port: number;
}

const ATTEMPTS = 20;

/**
 * Addresses for `count` hosts, ending in .11, .12 and so on as on a real network, with one port free on all of them.
 *
 * Each fleet takes a block of 127/8 by chance and a port by asking the kernel, so fleets of workers that know nothing of
 * each other clash only if both happen to be the same.
 */
export async function freeEndpoints(count: number): Promise<Endpoint[]> {
  for (let attempt = 1; ; attempt++) {
    const block = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    const addresses = Array.from({ length: count }, (_, index) => `${block}.${11 + index}`);
    try {
      return await withOnePort(addresses);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Addresses for hosts with networks of their own: nobody else can have them. Each is `.2` of a network in which `.1` is for the other end. */
export function ownEndpoints(count: number): Endpoint[] {
  return Array.from({ length: count }, (_, index) => ({ address: `10.77.${index}.2`, port: 2222 }));
}

async function withOnePort(addresses: readonly string[]): Promise<Endpoint[]> {
  let port = 0;
  for (const address of addresses) port = await probe({ address, port });
  return addresses.map((address) => ({ address, port }));
}

/** Listens for a moment, which fails if someone else does, and answers with the port. Port 0 lets the kernel choose. */
export async function probe({ address, port }: Endpoint): Promise<number> {
  const server = createServer().listen(port, address);
  await once(server, "listening");
  const bound = portOf(server.address());
  server.close();
  await once(server, "close");
  return bound;
}

/** The port in what `server.address()` answers for a TCP server. */
export function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  if (address === null || typeof address === "string") throw new Error("This server does not listen on a TCP port.");
  return address.port;
}
