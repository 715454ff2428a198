import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Connection } from "./connection.ts";
import { type Endpoint, portOf } from "./endpoints.ts";
import type { Line } from "./flow.ts";

/**
 * A stretch of network between the controller and one sshd. It lives in the process that started it: a test that waits
 * with `spawnSync` for a program that talks through it waits for ever.
 */
export interface CutProxy extends Readonly<Endpoint> {
  /** Bytes delivered so far from the controller to the host, over all connections. */
  readonly bytesUp: number;
  /** Bytes delivered so far from the host to the controller, over all connections. */
  readonly bytesDown: number;
  /** Cuts the network without a word: nothing arrives in either direction, nothing is closed, new connections hang. */
  cut(): void;
  /** Ends a cut. What was on its way, closings included, arrives now. */
  mend(): void;
  /** Cuts only the connections that there are, and for good. New ones are taken, as when a router has forgotten the old ones. */
  silence(): void;
  /** Resets every connection on both sides. New ones are still taken. */
  close(): void;
  /** Sets the round trip time, in milliseconds, of what is sent from now on. */
  delay(ms: number): void;
  /** Resets every connection and listens no more: new ones are refused. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of `listenAddress` that forwards every connection to `target`. */
export async function startProxy(target: Endpoint, listenAddress = "127.0.0.1"): Promise<CutProxy> {
  const proxy = new LineProxy(target);
  await proxy.listen(listenAddress);
  return proxy;
}

class LineProxy implements CutProxy {
  readonly #target: Endpoint;
  readonly #line: Line = { halfTrip: 0, isCut: false };
  readonly #connections = new Set<Connection>();
  readonly #server: Server;
  address = "";
  port = 0;
  bytesUp = 0;
  bytesDown = 0;

  constructor(target: Endpoint) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.#accept(client));
    // A script that forgets to stop the proxy still ends.
    this.#server.unref();
  }

  async listen(address: string): Promise<void> {
    this.#server.listen(0, address);
    await once(this.#server, "listening");
    this.address = address;
    this.port = portOf(this.#server.address());
  }

  cut(): void {
    this.#line.isCut = true;
    for (const connection of this.#connections) connection.freeze();
  }

  mend(): void {
    this.#line.isCut = false;
    for (const connection of this.#connections) connection.resume();
  }

  silence(): void {
    for (const connection of this.#connections) connection.silence();
  }

  close(): void {
    for (const connection of this.#connections) connection.reset();
  }

  delay(ms: number): void {
    this.#line.halfTrip = ms / 2;
  }

  async stop(): Promise<void> {
    this.close();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    const connection = new Connection(client, this.#target, this.#line, this);
    this.#connections.add(connection);
    connection.whenOver(() => this.#connections.delete(connection));
  }
}
