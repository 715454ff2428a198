import { fstatSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import type { ReadStream, WriteStream } from "node:tty";
import { UserError } from "../errors.ts";
import type { OutputStream, SignalName } from "./world.ts";

/** A stream of the real process. */
export function outputStream(stream: WriteStream & { readonly fd: number }): OutputStream {
  const isTTY = isatty(stream.fd);
  let failure: NodeJS.ErrnoException | null = null;
  const fail = (error: NodeJS.ErrnoException): void => void (failure ??= error);
  stream.on("error", fail);
  const write = isFile(stream.fd)
    ? (text: string): void => writeAll(stream.fd, text)
    : (text: string): void => void (stream.writable && stream.write(text));
  return {
    write: (text) => {
      try {
        if (failure === null) write(text);
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    },
    lost: async () => {
      await written(stream);
      return failure === null || isGone(failure, isTTY) ? null : failure.message;
    },
    isTTY,
    isFile: fstatSync(stream.fd).isFile(),
    get columns() {
      return isatty(stream.fd) ? stream.columns : undefined;
    },
    get rows() {
      return isatty(stream.fd) ? stream.rows : undefined;
    },
    onResize: (listener) => {
      stream.on("resize", listener);
      return () => stream.off("resize", listener);
    },
  };
}

/** Where writing is done at once: a file, or a device that is no terminal. */
function isFile(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFile() || (stats.isCharacterDevice() && !isatty(fd));
}

/** Node takes it for success when a file takes only a part, as one does when the disk becomes full. */
function writeAll(fd: number, text: string): void {
  for (let left = Buffer.from(text); left.length > 0;) left = left.subarray(writeSync(fd, left));
}

function written(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write("", () => resolve());
    else resolve();
  });
}

/** `| head` has read enough, or the terminal was closed. */
function isGone({ code }: NodeJS.ErrnoException, isTTY: boolean): boolean {
  return code === "EPIPE" || (isTTY && code === "EIO");
}

/** Shows a question and waits for one line; empty at the end of input and when the signal is aborted. */
export function askOn(input: ReadStream, output: WriteStream, question: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    // Without readline's own line editing the terminal stays as it is, and Ctrl-C still sends us the signal.
    const lines = createInterface({ input, terminal: false });
    const stop = (): void => lines.close();
    output.write(question);
    signal.addEventListener("abort", stop, { once: true });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    lines.once("close", () => {
      signal.removeEventListener("abort", stop);
      input.pause();
      resolve("");
    });
    if (signal.aborted) stop();
  });
}

/** Everything that comes, up to so many bytes. */
export async function readAll(input: AsyncIterable<Buffer>, most: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of input) {
    bytes += piece.length;
    if (bytes > most) throw tooMuch(most);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function tooMuch(most: number): UserError {
  const message = `Standard input has more than ${most / 1024 / 1024} MiB, which are held in memory.`;
  return new UserError({ kind: "too-large", message, remedy: "Write it to a file, and give that: --from FILE" });
}

/**
 * Calls back on every signal that asks us to stop, until the returned function is called. From then on such signals change nothing: that
 * is the end of a command, and what it says of its end must not depend on whether one more comes in the last moment.
 */
export function onSignal(listener: (name: SignalName) => void): () => void {
  for (const name of SIGNALS) process.on(name, listener);
  return () => {
    // Where nobody listens, the signal would end the process.
    for (const name of SIGNALS) process.on(name, late).off(name, listener);
  };
}

/** Who is still there a little later waits for a reader that does not read, and ends by the signal after all. */
function late(name: SignalName): void {
  setTimeout(() => {
    process.off(name, late);
    process.kill(process.pid, name);
  }, LAST_WORDS).unref();
}

/** Milliseconds. */
const LAST_WORDS = 2000;

/** Calls back every so many milliseconds until the returned function is called. Keeps nobody from ending. */
export function every(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms).unref();
  return () => clearInterval(timer);
}

const SIGNALS: readonly SignalName[] = ["SIGINT", "SIGTERM", "SIGHUP"];
