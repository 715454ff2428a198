import { PassThrough, Writable } from "node:stream";
import type { HostAddress } from "../../src/config/resolved.ts";
import type { Channel } from "../../src/host/channel.ts";
import type { Connect } from "../../src/host/transport.ts";

/**
 * A moment in a conversation at which something can go wrong. The names come from what really passes, so a request or an answer that is
 * added later is a boundary without anybody having to think of it:
 *   `send R slh_do_switch`        the frame is about to be sent; what strikes now keeps it from arriving
 *   `work slh_do_switch`          it has been sent and the host works on it
 *   `hear slh_do_switch current`  a line of the answer has arrived but is not delivered; for each word the first
 *   `hear slh_do_switch end`      the same for the end of the answer
 * A name that was met before in the same conversation has its number behind it: `send S#2`. Heartbeats and what tasks print are none.
 */
export interface Boundary {
  readonly host: string;
  /** How many conversations with this host there were before this one. */
  readonly conversation: number;
  readonly name: string;
}

/** What a fault can do to the wire it strikes. */
export interface Wire {
  readonly host: string;
  /** Number of the loop's process as the host knows it; null before it said so. */
  readonly loop: number | null;
  /** From now on nothing passes, in either direction, and neither end is told. */
  silence(): void;
  /** Nothing that arrives from the host is delivered any more, but its end is. */
  deafen(): void;
  /** Both ends see the other one go. */
  close(): void;
  /** Text of the request that is about to be sent, where there is one. What is put here is sent in its place. */
  request: string | null;
}

/** Told of each boundary at the very moment, before anything passes it. */
export type Meet = (boundary: Boundary, wire: Wire) => void;

/** How long the host is given to begin with what it was sent, in milliseconds; its answer ends the wait. */
const WORK_AFTER = 30;

/** A connect whose every message passes by `meet`. */
export function tapped(connect: Connect, meet: Meet): Connect {
  const conversations = new Map<string, number>();
  return (address) => {
    const host = hostOf(address);
    const conversation = conversations.get(host) ?? 0;
    conversations.set(host, conversation + 1);
    return new Tap(connect(address), (name, wire) => meet({ host, conversation, name }, wire), host);
  };
}

function hostOf(address: HostAddress): string {
  return address.kind === "local" ? "local" : address.host;
}

class Tap implements Channel, Wire {
  readonly host: string;
  readonly input: Writable;
  readonly output: PassThrough = new PassThrough();
  readonly errors: PassThrough = new PassThrough();
  readonly ended: Channel["ended"];
  loop: number | null = null;
  request: string | null = null;
  readonly #real: Channel;
  readonly #tell: (name: string, wire: Wire) => void;
  readonly #met = new Map<string, number>();
  readonly #words = new Set<string>();
  /** Boundaries that come with time, or with the answer. */
  readonly #working = new Set<() => void>();
  #token = "";
  #asked = "";
  #silent = false;
  #deaf = false;
  #rest: Buffer = Buffer.alloc(0);
  #bodyLeft = 0;

  constructor(real: Channel, tell: (name: string, wire: Wire) => void, host: string) {
    this.host = host;
    this.#real = real;
    this.#tell = tell;
    this.ended = real.ended;
    this.input = new Writable({
      write: (chunk: Buffer, _encoding, done) => this.#send(chunk, done),
      final: (done) => (this.#silent || real.input.end(), done()),
    });
    this.input.on("error", () => undefined);
    real.output.on("data", (chunk: Buffer) => this.#hear(chunk));
    real.output.on("close", () => this.#silent || this.output.end());
    real.errors.on("data", (chunk: Buffer) => this.#silent || this.errors.write(chunk));
    real.errors.on("close", () => this.#silent || this.errors.end());
    void real.ended.then(() => this.input.destroy());
  }

  kill(): void {
    this.#real.kill();
  }

  silence(): void {
    this.#silent = true;
  }

  deafen(): void {
    this.#deaf = true;
  }

  close(): void {
    for (const stream of [this.#real.input, this.#real.output, this.#real.errors]) stream.destroy();
  }

  /** A conversation writes each frame, and before all the program, as one chunk. */
  #send(chunk: Buffer, done: () => void): void {
    const header = chunk.toString("latin1", 0, chunk.indexOf(10));
    if (this.#token === "") this.#token = header.split(" ")[1] ?? "";
    else if (!header.startsWith("P ")) return this.#sendFrame(chunk, header, done);
    this.#pass(chunk, done);
  }

  #sendFrame(chunk: Buffer, header: string, done: () => void): void {
    const [kind = "", id = "", ...words] = header.split(" ");
    const body = chunk.toString("latin1", header.length + 1);
    // A fence may stand before what a request is about.
    const called = kind === "D" ? "" : (/slh_(?!fence\b)\w+/.exec(body)?.[0] ?? "");
    if (kind === "R") this.#asked = this.#numbered(called);
    this.request = kind === "R" ? body : null;
    this.#meet(kind === "R" ? `send R ${this.#asked}` : this.#numbered(`send ${kind} ${called}`.trim()));
    const { request } = this;
    this.request = null;
    const changed = request === null || request === body ? chunk : Buffer.from(requestFrame(id, request, words), "latin1");
    this.#pass(changed, done);
    if (kind === "R" || kind === "D") this.#soon(kind === "R" ? `work ${this.#asked}` : this.#numbered("work stream"));
  }

  #soon(name: string): void {
    const work = (): void => {
      clearTimeout(timer);
      this.#working.delete(work);
      this.#meet(name);
    };
    const timer = setTimeout(work, WORK_AFTER);
    this.#working.add(work);
  }

  #answered(): void {
    for (const work of this.#working) work();
  }

  #pass(chunk: Buffer, done: () => void): void {
    const { input } = this.#real;
    if (this.#silent || input.destroyed || input.writableEnded) done();
    else input.write(chunk, () => done());
  }

  #meet(name: string): void {
    if (!this.#silent) this.#tell(name, this);
  }

  #numbered(name: string): string {
    const number = (this.#met.get(name) ?? 0) + 1;
    this.#met.set(name, number);
    return number === 1 ? name : `${name}#${number}`;
  }

  #hear(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let unit = this.#next(); unit !== null; unit = this.#next()) {
      if (!this.#deaf && !this.#silent) this.output.write(unit);
    }
  }

  /** The next line, or piece of a task's output, that has arrived; a line's boundary is met here. */
  #next(): Buffer | null {
    const inBody = this.#bodyLeft > 0;
    const length = inBody ? Math.min(this.#bodyLeft, this.#rest.length) : this.#rest.indexOf(10) + 1;
    if (length === 0) return null;
    const unit = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    if (inBody) this.#bodyLeft -= length;
    else this.#hearLine(unit.toString("latin1", 0, length - 1));
    return unit;
  }

  #hearLine(line: string): void {
    const [mark, kind, first = ""] = line.split(" ");
    if (mark !== `@${this.#token}`) return;
    if (kind === "o") this.#bodyLeft = Number(first);
    else if (kind === "ready") this.#hearReady(Number(first));
    else this.#hearAnswer(kind === "e" ? "end" : first);
  }

  #hearReady(loop: number): void {
    this.loop = loop;
    this.#meet("hear ready");
  }

  #hearAnswer(word: string): void {
    this.#answered();
    const name = `hear ${this.#asked} ${word}`;
    if (this.#words.has(name)) return;
    this.#words.add(name);
    this.#meet(name);
  }
}

function requestFrame(id: string, body: string, [, ...stream]: readonly string[]): string {
  return `${["R", id, String(body.length), ...stream].join(" ")}\n${body}`;
}
