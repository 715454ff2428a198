import { Socket } from "node:net";
import type { Endpoint } from "./endpoints.ts";
import { Flow, type Line } from "./flow.ts";

/** Where the bytes of all connections are counted. */
export interface Counters {
  bytesUp: number;
  bytesDown: number;
}

/**
 * One connection through a proxy. The kernel has shaken hands with the client at once, so the time this would have taken
 * on the real line is made up for: the host is called one round trip late, and its own first byte has one more to go,
 * because a real host sends nothing before the last part of the client's handshake has reached it.
 */
export class Connection {
  readonly #client: Socket;
  readonly #host = new Socket({ allowHalfOpen: true });
  readonly #target: Endpoint;
  readonly #line: OwnLine;
  readonly #up: Flow;
  readonly #down: Flow;
  readonly #handshake: NodeJS.Timeout;
  #state: "handshake" | "due" | "calling" | "open" = "handshake";

  /** `client` must be paused and must not have been read from. */
  constructor(client: Socket, target: Endpoint, line: Line, counters: Counters) {
    this.#client = client;
    this.#target = target;
    this.#line = new OwnLine(line);
    this.#up = new Flow(client, this.#host, this.#line, (bytes) => (counters.bytesUp += bytes));
    this.#down = new Flow(this.#host, client, this.#line, (bytes) => (counters.bytesDown += bytes));
    this.#breakTogether();
    this.#handshake = setTimeout(() => this.#handshakeIsOver(), 2 * line.halfTrip);
  }

  /** Stops everything without telling either side. */
  freeze(): void {
    this.#up.freeze();
    this.#down.freeze();
  }

  /** The same for good, whatever becomes of the line. */
  silence(): void {
    this.#line.isSilent = true;
    this.freeze();
  }

  /** Goes on after `freeze`. A side that broke meanwhile is now noticed by the other. */
  resume(): void {
    if (this.#line.isCut) return;
    if (this.#client.destroyed || this.#host.destroyed) this.reset();
    else if (this.#state === "due") this.#call();
    else if (this.#state === "open") {
      this.#up.resume();
      this.#down.resume();
    }
  }

  /** Resets both sides. */
  reset(): void {
    clearTimeout(this.#handshake);
    this.#client.resetAndDestroy();
    this.#host.resetAndDestroy();
  }

  /** Calls `tell` when both sides are closed. */
  whenOver(tell: () => void): void {
    const ends = [this.#client, this.#host];
    for (const end of ends) end.on("close", () => ends.every(({ destroyed }) => destroyed) && tell());
  }

  #breakTogether(): void {
    for (const end of [this.#client, this.#host]) {
      end.setNoDelay(true);
      end.on("error", () => this.#line.isCut || this.reset());
    }
  }

  #handshakeIsOver(): void {
    this.#state = "due";
    if (!this.#line.isCut) this.#call();
  }

  #call(): void {
    this.#state = "calling";
    const hostMayAnswer = performance.now() + 2 * this.#line.halfTrip;
    this.#host.connect(this.#target.port, this.#target.address, () => {
      this.#state = "open";
      this.#up.start(0);
      this.#down.start(hostMayAnswer);
    });
  }
}

/** The line as one connection has it: cut for all, or only for this one. */
class OwnLine implements Line {
  isSilent = false;
  readonly #shared: Line;

  constructor(shared: Line) {
    this.#shared = shared;
  }

  get halfTrip(): number {
    return this.#shared.halfTrip;
  }

  get isCut(): boolean {
    return this.isSilent || this.#shared.isCut;
  }
}
