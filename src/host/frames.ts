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

/** Takes chunks as they come and calls `onMessage` for each whole message, in order. */
export function createDecoder(token: string, onMessage: (message: FromHost) => void): (chunk: Buffer) => void {
  const mark = `@${token} `;
  let pending: Buffer = Buffer.alloc(0);
  let bodyLeft = 0;
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (bodyLeft > 0) {
        if (pending.length === 0) return;
        const body = pending.subarray(0, bodyLeft);
        pending = pending.subarray(body.length);
        bodyLeft -= body.length;
        onMessage({ kind: "output", chunk: body });
        continue;
      }
      const end = pending.indexOf(10);
      if (end < 0) {
        if (pending.length > LONGEST_LINE) pending = pending.subarray(pending.length - 1024);
        return;
      }
      const line = pending.toString("latin1", 0, end) as ByteString;
      pending = pending.subarray(end + 1);
      if (line.startsWith(`${mark}o `)) bodyLeft = Number(line.slice(mark.length + 2));
      else onMessage(messageOf(line, mark));
    }
  };
}

function messageOf(line: ByteString, mark: string): FromHost {
  // Noise without a newline at its end stands before our mark in the same line.
  const at = line.indexOf(mark);
  if (at < 0) return { kind: "noise", line };
  const text = line.slice(at + mark.length) as ByteString;
  if (text.startsWith("a ")) return { kind: "line", line: text.slice(2) as ByteString };
  const words = text.split(" ");
  if (words[0] === "e") return { kind: "ended", id: Number(words[1]), code: Number(words[2]) };
  if (words[0] === "ready") return { kind: "ready", pid: Number(words[1]) };
  return { kind: "noise", line };
}
