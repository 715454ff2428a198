import type { HostAddress } from "../config/resolved.ts";
import type { ByteString } from "./bytes.ts";
import type { Channel } from "./channel.ts";

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
  /** The answer may go on for ever: its lines are told as they come, and not kept. */
  readonly endless?: boolean;
  /** What a task prints, in raw pieces. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Aborting sends a cancel: the host stops the work in hand and the request fails with kind `cancelled`. */
  readonly signal?: AbortSignal;
  /** Seconds in which something of the answer is to come, or of the stream to go, however alive the host is otherwise; default: no limit. */
  readonly within?: () => number;
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
  /** Resolves once our program runs there, or never will. */
  readonly arrived: Promise<void>;
  /** Whether the conversation can still be used. */
  readonly alive: boolean;
  /** Ends it; what setLoss holds is then done by the host. Never throws. */
  close(): Promise<void>;
}
