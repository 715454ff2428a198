import type { ByteString } from "./bytes.ts";
import type { RequestOptions } from "./conversation.ts";

/** A request that a host has not answered yet. */
export interface Pending {
  readonly id: number;
  readonly lines: ByteString[];
  readonly options: RequestOptions;
  /** When it last went on, by the clock of `performance.now`. */
  movedAt: number;
  /** How many lines of the answer had been heard when it was cancelled; null: it was not. */
  cancelled: number | null;
  forget(): void;
  resolve(lines: ByteString[]): void;
  reject(error: Error): void;
}

/** The line in which the host said that it failed, if it did. */
export function failureIn(pending: Pending): ByteString | undefined {
  return pending.lines.findLast((line, at) => line.startsWith("fail ") && !isOwnDoing(pending, line, at));
}

/** A cancel cuts the stream off, and who unpacks it may say so before it is stopped: the disk of the host is not to blame. */
function isOwnDoing({ cancelled, options }: Pending, line: ByteString, at: number): boolean {
  return cancelled !== null && at >= cancelled && options.stream !== undefined && line.startsWith("fail transfer ");
}
