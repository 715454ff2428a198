import { HostFailure, type FailureKind } from "../errors.ts";
import { onAbort } from "./abort.ts";
import { textOf, type ByteString } from "./bytes.ts";
import { drained } from "./channel.ts";
import type { Conversation, ConversationOptions, RequestOptions } from "./conversation.ts";
import { endingFailure, hungFailure, notReadyFailure, stuckFailure, type Ending } from "./failures.ts";
import { createDecoder, frame, LARGEST_PIECE, type FromHost } from "./frames.ts";
import { KEPT_LINES, splitErrors } from "./errors-stream.ts";
import { failureIn, type Pending } from "./pending.ts";
import { programFrame } from "./program.ts";
import { Standstill } from "./standstill.ts";

/** Default of `readyWithin`. */
const READY_WITHIN = 30;
/** How long a closed conversation may take to end by itself, in milliseconds. */
const CLOSE_WITHIN = 20_000;

/** How a worker ends that was told to stop. If we did not tell it, the host takes us for lost: then the end of all follows, and says why. */
const STOPPED = 143;
const STOPPED_WITHIN = 2000;

/** Starts a conversation. Resolves at once: the first request may follow the program without waiting for it. */
export function startConversation(options: ConversationOptions): Conversation {
  return new Talk(options);
}

class Talk implements Conversation {
  readonly host: string;
  bytesSent = 0;
  readonly #options: ConversationOptions;
  #pending: Pending | null = null;
  #nextId = 1;
  #ready = false;
  #failure: HostFailure | null = null;
  #closing = false;
  #lastSign = performance.now();
  readonly #standstill: Standstill;
  #pings = 0;
  readonly #errors: string[] = [];
  readonly #noise: string[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #ended: Promise<void>;
  readonly arrived: Promise<void>;
  #arrive: () => void = () => undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.arrived = new Promise((resolve) => (this.#arrive = resolve));
    this.host = options.host;
    this.#standstill = new Standstill(options.lease);
    const { channel } = options;
    channel.output.on(
      "data",
      createDecoder(options.token, (message) => this.#hear(message)),
    );
    channel.errors.on(
      "data",
      splitErrors(options.token, this.#errors, () => (this.#lastSign = performance.now())),
    );
    this.#ended = channel.ended.then(({ code }) => this.#end(code));
    this.#timer = setInterval(() => this.#tick(), (options.lease * 1000) / 6);
    void this.#write(Buffer.from(programFrame(options.program, options.token), "latin1"));
  }

  get alive(): boolean {
    return this.#failure === null && !this.#closing;
  }

  setState(text: ByteString): void {
    void this.#write(frame.state(text));
  }

  setLoss(text: ByteString): void {
    void this.#write(frame.loss(text));
  }

  request(text: ByteString, options: RequestOptions = {}): Promise<ByteString[]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#pending !== null) return Promise.reject(new Error(`Two requests at once to ${this.host}`));
    return new Promise((resolve, reject) => {
      const settle = { forget: () => undefined, resolve, reject };
      const pending: Pending = {
        id: this.#nextId++,
        lines: [],
        options,
        movedAt: performance.now(),
        cancelled: null,
        ...settle,
      };
      this.#pending = pending;
      void this.#write(frame.request(pending.id, text, options.stream !== undefined));
      if (options.stream !== undefined) void this.#send(pending, options.stream);
      pending.forget = onAbort(options.signal, () => this.#cancel(pending));
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#options.channel.input.end();
    // Who never got as far as our program has nothing to put right.
    if (!this.#ready) this.#options.channel.kill();
    const timer = setTimeout(() => this.#options.channel.kill(), CLOSE_WITHIN);
    await this.#ended;
    clearTimeout(timer);
  }

  #cancel(pending: Pending): void {
    if (this.#pending !== pending || pending.cancelled !== null) return;
    pending.cancelled = pending.lines.length;
    void this.#write(frame.cancel());
  }

  /** Sends a stream in pieces, as fast as the host takes them; stops when the request has ended without needing the rest. */
  async #send(pending: Pending, stream: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of stream) {
        for (let at = 0; at < chunk.length; at += LARGEST_PIECE) {
          if (this.#pending !== pending || pending.cancelled !== null || !this.alive) return;
          await this.#write(frame.data(chunk.subarray(at, at + LARGEST_PIECE)));
          pending.movedAt = performance.now();
        }
      }
      await this.#write(frame.end());
    } catch (error) {
      // The source failed: the host must not take half a stream for a whole one.
      this.#cancel(pending);
      this.#settle(pending, error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #write(data: Buffer): Promise<void> {
    const { input } = this.#options.channel;
    if (input.destroyed || input.writableEnded) return;
    this.bytesSent += data.length;
    if (!input.write(data)) await drained(input);
  }

  #hear(message: FromHost): void {
    // What is not ours is no sign of life: a start-up file that prints for ever would keep us waiting for ever.
    if (message.kind !== "noise") this.#lastSign = performance.now();
    if (message.kind !== "noise" && this.#pending !== null) this.#pending.movedAt = performance.now();
    if (message.kind === "ready") this.#begin();
    else if (message.kind === "line") this.#hearLine(message.line);
    else if (message.kind === "output") this.#pending?.options.onOutput?.(message.chunk);
    else if (message.kind === "ended") this.#hearEnd(message.id, message.code);
    else if (this.#noise.length < KEPT_LINES) this.#noise.push(textOf(message.line).slice(0, 300));
  }

  #begin(): void {
    this.#ready = true;
    this.#arrive();
  }

  #hearLine(line: ByteString): void {
    if (this.#pending === null) return;
    if (this.#pending.options.endless !== true || line.startsWith("fail ")) this.#pending.lines.push(line);
    this.#pending.options.onLine?.(line);
  }

  #hearEnd(id: number, code: number): void {
    const pending = this.#pending;
    if (pending === null || pending.id !== id) return;
    const failed = failureIn(pending);
    if (failed !== undefined) this.#settle(pending, this.#saidFailure(failed));
    else if (pending.cancelled !== null || this.#closing)
      this.#settle(pending, this.#fact("cancelled", "The work was cancelled"));
    else if (code === STOPPED) setTimeout(() => this.#settle(pending, this.#endedWith(code)), STOPPED_WITHIN).unref();
    else if (code !== 0) this.#settle(pending, this.#endedWith(code));
    else this.#settle(pending, null);
  }

  #endedWith(code: number): HostFailure {
    return this.#fact("host", `The program on the host ended with code ${code}`);
  }

  #settle(pending: Pending, error: Error | null): void {
    if (this.#pending !== pending) return;
    this.#pending = null;
    pending.forget();
    if (error === null) pending.resolve(pending.lines);
    else pending.reject(error);
  }

  #saidFailure(line: ByteString): HostFailure {
    const [, kind = "host", text = ""] = /^fail (\S+) ?(.*)$/s.exec(textOf(line)) ?? [];
    return this.#fact(kind as FailureKind, text);
  }

  #fact(kind: FailureKind, message: string): HostFailure {
    return new HostFailure({ host: this.host, kind, message, remedy: "", output: this.#errors });
  }

  /** The heartbeat, and the watch over the other side's. */
  #tick(): void {
    if (this.#standstill.tick()) this.#wakeUp();
    const { lease, readyWithin = READY_WITHIN } = this.#options;
    const patience = this.#ready ? lease : Math.max(readyWithin, lease);
    // A host may well answer pings while its disk answers nothing.
    const within = this.#pending?.options.within?.() ?? Infinity;
    if (secondsSince(this.#lastSign) > patience)
      this.#giveUp(this.#ready ? hungFailure(this.#ending(0), lease) : notReadyFailure(this.#ending(0), patience));
    else if (secondsSince(this.#pending?.movedAt) > within) this.#giveUp(stuckFailure(this.#ending(0), within));
    else void this.#write(frame.ping(++this.#pings));
  }

  /** While we stood still nobody could be heard. */
  #wakeUp(): void {
    this.#lastSign = performance.now();
    if (this.#pending !== null) this.#pending.movedAt = performance.now();
  }

  #giveUp(failure: HostFailure): void {
    this.#fail(failure);
    this.#options.channel.kill();
  }

  #end(code: number): void {
    clearInterval(this.#timer);
    this.#standstill.tick();
    if (this.#failure !== null) return;
    this.#fail(this.#closing ? this.#fact("cancelled", "The conversation was closed") : endingFailure(this.#ending(code)));
  }

  #ending(code: number): Ending {
    const { host, address } = this.#options;
    const stoodStill = this.#standstill.recent;
    return { host, address, wasReady: this.#ready, code, stoodStill, errors: [...this.#errors], noise: [...this.#noise] };
  }

  #fail(failure: HostFailure): void {
    this.#failure = failure;
    this.#arrive();
    if (this.#pending !== null) this.#settle(this.#pending, failure);
  }
}

function secondsSince(moment = Infinity): number {
  return (performance.now() - moment) / 1000;
}
