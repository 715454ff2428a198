import type { Socket } from "node:net";

/** What all connections of a proxy share. */
export interface Line {
  /** Half a round trip, in milliseconds: how long a byte is on its way in one direction. */
  halfTrip: number;
  /** While true nothing arrives any more, in either direction, and nobody is told. */
  isCut: boolean;
}

interface Parcel {
  due: number;
  /** Undefined: the sender has closed its side. */
  chunk: Buffer | undefined;
}

/** One direction of one connection: what comes out of `source` goes into `sink` half a round trip later. */
export class Flow {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #line: Line;
  readonly #count: (bytes: number) => void;
  readonly #queue: Parcel[] = [];
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, sink: Socket, line: Line, count: (bytes: number) => void) {
    this.#source = source;
    this.#sink = sink;
    this.#line = line;
    this.#count = count;
  }

  /** Starts reading. Nothing is delivered before `notBefore`, on the clock of `performance.now()`. */
  start(notBefore: number): void {
    this.#notBefore = notBefore;
    this.#source.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#source.on("end", () => this.#take(undefined));
    this.#sink.on("drain", () => this.resume());
    if (this.#line.isCut) this.freeze();
    else this.#source.resume();
  }

  /** Stops reading and delivering. A sender that closes or dies meanwhile goes unnoticed as well. */
  freeze(): void {
    this.#source.pause();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Goes on reading and delivering, unless the line is cut. */
  resume(): void {
    if (this.#line.isCut) return;
    this.#source.resume();
    this.#deliver();
  }

  #take(chunk: Buffer | undefined): void {
    this.#queue.push({ due: Math.max(performance.now() + this.#line.halfTrip, this.#notBefore), chunk });
    this.#deliver();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let next = this.#queue[0]; next !== undefined && !this.#line.isCut; next = this.#queue[0]) {
      const wait = next.due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#deliver(), wait);
        return;
      }
      this.#queue.shift();
      this.#put(next.chunk);
    }
  }

  #put(chunk: Buffer | undefined): void {
    if (this.#sink.destroyed) return;
    if (chunk === undefined) {
      this.#sink.end();
      return;
    }
    this.#count(chunk.length);
    if (!this.#sink.write(chunk)) this.#source.pause();
  }
}
