import { Writable } from "node:stream";
import type { Channel } from "../../src/host/channel.ts";

/** A channel through which, from a moment on, nothing reaches the host any more although nothing is closed. */
export interface Muted {
  readonly wrap: (channel: Channel) => Channel;
  readonly mute: () => void;
  /** When the last bytes went to the host, in milliseconds since 1970. */
  readonly lastSent: () => number;
}

export function muted(): Muted {
  let silent = false;
  let lastSent = 0;
  return {
    mute: () => void (silent = true),
    lastSent: () => lastSent,
    wrap: (channel) => ({
      ...channel,
      input: new Writable({
        write: (chunk: Buffer, _, done) => {
          if (silent) return done();
          lastSent = Date.now();
          channel.input.write(chunk, () => done());
        },
        final: (done) => (silent ? done() : void channel.input.end(() => done())),
      }),
    }),
  };
}

/** A channel that hands every byte over by itself. */
export function bytewise(channel: Channel): Channel {
  const input = new Writable({
    write: (chunk: Buffer, _, done) => {
      // The program is longer than patience; only what comes behind it is cut to pieces.
      const pieces = chunk.length > 5000 ? [chunk] : Array.from(chunk, (byte) => Buffer.of(byte));
      let left = pieces.length;
      for (const piece of pieces) channel.input.write(piece, () => --left === 0 && done());
    },
    final: (done) => void channel.input.end(() => done()),
  });
  return { ...channel, input };
}

/** A channel on which every heartbeat stands still in the middle of its line, for so many milliseconds. */
export function haltingBeat(pause: number): (channel: Channel) => Channel {
  return (channel) => ({
    ...channel,
    input: new Writable({
      write: (chunk: Buffer, _, done) => {
        const head = chunk[0] === "P".charCodeAt(0) ? 1 : 0;
        channel.input.write(chunk.subarray(0, head));
        setTimeout(() => channel.input.write(chunk.subarray(head), () => done()), pause * head);
      },
      final: (done) => void channel.input.end(() => done()),
    }),
  });
}

/** A stream of pieces of a size. */
export async function* piecesOf(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) {
    await new Promise(setImmediate);
    yield content.subarray(at, at + size);
  }
}
