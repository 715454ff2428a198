import type { HostAddress } from "../config/resolved.ts";
import { HostFailure, type FailureKind } from "../errors.ts";
import { onAbort } from "./abort.ts";
import { textOf, type ByteString } from "./bytes.ts";
import { drained, type Channel } from "./channel.ts";
import { endingFailure, hungFailure, notReadyFailure, type Ending } from "./failures.ts";
import { createDecoder, frame, LARGEST_PIECE, type FromHost } from "./frames.ts";
import { KEPT_LINES, splitErrors } from "./errors-stream.ts";
import { programFrame } from "./program.ts";
import { Standstill } from "./standstill.ts";

export interface ConversationOptions {
  readonly host: string;
  readonly address: HostAddress;
  readonly channel: Channel;
  /** Text of the runtime. */
  readonly program: string;
  /** Lower-case letters and digits; marks what is ours in the stream. */
  readonly token: string;
  /** Seconds without a sign of life after which the other side counts as gone. */
  readonly lease: number;
  /**
   * Seconds that a host may take to start our program, from the start of the transport: connecting and the start-up files of the user are in
   * it. Default 30; never less than `lease`, so that whoever has slow hosts has one number to raise.
   */
  readonly readyWithin?: number | undefined;
}

export interface RequestOptions {
  /** Sent after the request, in pieces. */
  readonly stream?: AsyncIterable<Buffer>;
  /** Each line of the answer as it comes. */
  readonly onLine?: (line: ByteString) => void;
  /** What a task prints, in raw pieces. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Aborting sends a cancel: the host stops the work in hand and the request fails with kind `cancelled`. */
  readonly signal?: AbortSignal;
}

/** One connection, one channel, one remote shell, for a whole command: requests go out one at a time, answers come back in lines. */
export interface Conversation {
  readonly host: string;
  /** Bytes written to the host so far, the program included. */
  readonly bytesSent: number;
  /** The state that the host keeps: shell text that sets where it works. */
  setState(text: ByteString): void;
  /** What the host shall do by itself if it loses us: shell text; empty for nothing. */
  setLoss(text: ByteString): void;
  /** Lines of the answer. Throws HostFailure, be it that the host could not do it or that it is gone. */
  request(text: ByteString, options?: RequestOptions): Promise<ByteString[]>;
  /** Whether the conversation can still be used. */
  readonly alive: boolean;
  /** Ends it; what setLoss holds is then done by the host. Never throws. */
  close(): Promise<void>;
}

interface Pending {
  readonly id: number;
  readonly lines: ByteString[];
  readonly options: RequestOptions;
  cancelled: boolean;
  forget(): void;
  resolve(lines: ByteString[]): void;
  reject(error: Error): void;
}

/** Default of `readyWithin`. */
const READY_WITHIN = 30;
/** How long a closed conversation may take to end by itself, in milliseconds. */
const CLOSE_WITHIN = 20_000;

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

  constructor(options: ConversationOptions) {
    this.#options = options;
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
      const pending: Pending = { id: this.#nextId++, lines: [], options, cancelled: false, ...settle };
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
    if (this.#pending !== pending || pending.cancelled) return;
    pending.cancelled = true;
    void this.#write(frame.cancel());
  }

  /** Sends a stream in pieces, as fast as the host takes them; stops when the request has ended without needing the rest. */
  async #send(pending: Pending, stream: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of stream) {
        for (let at = 0; at < chunk.length; at += LARGEST_PIECE) {
          if (this.#pending !== pending || pending.cancelled || !this.alive) return;
          await this.#write(frame.data(chunk.subarray(at, at + LARGEST_PIECE)));
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
    if (message.kind === "ready") this.#ready = true;
    else if (message.kind === "line") this.#hearLine(message.line);
    else if (message.kind === "output") this.#pending?.options.onOutput?.(message.chunk);
    else if (message.kind === "ended") this.#hearEnd(message.id, message.code);
    else if (this.#noise.length < KEPT_LINES) this.#noise.push(textOf(message.line).slice(0, 300));
  }

  #hearLine(line: ByteString): void {
    if (this.#pending === null) return;
    this.#pending.lines.push(line);
    this.#pending.options.onLine?.(line);
  }

  #hearEnd(id: number, code: number): void {
    const pending = this.#pending;
    if (pending === null || pending.id !== id) return;
    const failed = pending.lines.findLast((line) => line.startsWith("fail "));
    if (failed !== undefined) this.#settle(pending, this.#saidFailure(failed));
    else if (pending.cancelled || this.#closing) this.#settle(pending, this.#fact("cancelled", "The work was cancelled"));
    else if (code !== 0) this.#settle(pending, this.#fact("host", `The program on the host ended with code ${code}`));
    else this.#settle(pending, null);
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
    if (this.#standstill.tick()) this.#lastSign = performance.now();
    const silent = (performance.now() - this.#lastSign) / 1000;
    const { lease, readyWithin = READY_WITHIN } = this.#options;
    const patience = this.#ready ? lease : Math.max(readyWithin, lease);
    if (silent > patience) {
      const ending = this.#ending(0);
      this.#fail(this.#ready ? hungFailure(ending, lease) : notReadyFailure(ending, patience));
      this.#options.channel.kill();
    } else void this.#write(frame.ping(++this.#pings));
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
    if (this.#pending !== null) this.#settle(this.#pending, failure);
  }
}
