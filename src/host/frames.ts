import { rawBytes, type ByteString } from "./bytes.ts";

/** The largest piece of a stream in one frame: what the host holds in memory at once, and what a cancel may have to wait behind. */
export const LARGEST_PIECE = 256 * 1024;

/** Frames to the host; src/target/loop.sh lists them. */
export const frame = {
  ping: (count: number): Buffer => Buffer.from(`P ${count}\n`),
  state: (text: ByteString): Buffer => withBody("S", text),
  loss: (text: ByteString): Buffer => withBody("L", text),
  request: (id: number, text: ByteString, stream: boolean): Buffer =>
    Buffer.concat([Buffer.from(`R ${id} ${text.length}${stream ? " s" : ""}\n`), rawBytes(text)]),
  data: (piece: Buffer): Buffer => Buffer.concat([Buffer.from(`D ${piece.length}\n`), piece]),
  end: (): Buffer => Buffer.from("E\n"),
  cancel: (): Buffer => Buffer.from("C\n"),
};

function withBody(kind: string, text: ByteString): Buffer {
  return Buffer.concat([Buffer.from(`${kind} ${text.length}\n`), rawBytes(text)]);
}

/** What a host says on standard output. */
export type FromHost =
  | { readonly kind: "ready"; readonly pid: number }
  | { readonly kind: "line"; readonly line: ByteString }
  | { readonly kind: "output"; readonly chunk: Buffer }
  | { readonly kind: "ended"; readonly id: number; readonly code: number }
  /** Not ours: a start-up file that prints, a program that writes where it should not. */
  | { readonly kind: "noise"; readonly line: ByteString };

/** Longest line that is waited for: a host that floods must not fill our memory. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Takes chunks as they come and calls `onMessage` for each whole message, in order. A worker that was stopped in the middle of a line or
 * of announced output does not finish it; the end of its request, told by another process, is found all the same.
 */
export function createDecoder(token: string, onMessage: (message: FromHost) => void): (chunk: Buffer) => void {
  const mark = `@${token} `;
  const endMark = Buffer.from(`${mark}e `, "latin1");
  let pending: Buffer = Buffer.alloc(0);
  let bodyLeft = 0;
  /** The next message, or null where more is needed. */
  const next = (): FromHost | null => {
    if (bodyLeft > 0) return nextOutput();
    const end = pending.indexOf(10);
    if (end < 0) {
      if (pending.length > LONGEST_LINE) pending = pending.subarray(pending.length - 1024);
      return null;
    }
    const line = pending.toString("latin1", 0, end) as ByteString;
    pending = pending.subarray(end + 1);
    // What a stopped worker was just writing may stand before it.
    const announced = new RegExp(`${mark}o (\\d+)$`).exec(line);
    if (announced === null) return messageOf(line, mark);
    bodyLeft = Number(announced[1]);
    return next();
  };
  const nextOutput = (): FromHost | null => {
    const cut = pending.indexOf(endMark);
    const whole = cut < 0 ? pending.length - beginningAtEnd(pending, endMark) : cut;
    const chunk = pending.subarray(0, Math.min(bodyLeft, whole));
    pending = pending.subarray(chunk.length);
    bodyLeft = cut >= 0 && cut < bodyLeft ? 0 : bodyLeft - chunk.length;
    if (chunk.length > 0) return { kind: "output", chunk };
    return bodyLeft === 0 ? next() : null;
  };
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let message = next(); message !== null; message = next()) onMessage(message);
  };
}

/** How many of the last bytes may be the beginning of `mark`. */
function beginningAtEnd(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length--)
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  return 0;
}

function messageOf(line: ByteString, mark: string): FromHost {
  const end = new RegExp(`${mark}e (\\d+) (\\d+)$`).exec(line);
  if (end !== null) return { kind: "ended", id: Number(end[1]), code: Number(end[2]) };
  // Noise without a newline at its end stands before our mark in the same line.
  const at = line.indexOf(mark);
  if (at < 0) return { kind: "noise", line };
  const text = line.slice(at + mark.length) as ByteString;
  if (text.startsWith("a ")) return { kind: "line", line: text.slice(2) as ByteString };
  const words = text.split(" ");
  if (words[0] === "ready") return { kind: "ready", pid: Number(words[1]) };
  return { kind: "noise", line };
}
