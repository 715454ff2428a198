import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import type { ReadStream, WriteStream } from "node:tty";
import type { OutputStream, SignalName } from "./world.ts";

/** A stream of the real process. What it cannot take (`| head` has gone, the terminal was closed) is lost without a word. */
export function outputStream(stream: WriteStream & { readonly fd: number }): OutputStream {
  stream.on("error", () => undefined);
  return {
    write: (text) => {
      if (stream.writable) stream.write(text);
    },
    isTTY: isatty(stream.fd),
    get columns() {
      return isatty(stream.fd) ? stream.columns : undefined;
    },
  };
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

/** Calls back on every signal that asks us to stop, until the returned function is called. */
export function onSignal(listener: (name: SignalName) => void): () => void {
  for (const name of SIGNALS) process.on(name, listener);
  return () => {
    for (const name of SIGNALS) process.off(name, listener);
  };
}

/** Calls back every so many milliseconds until the returned function is called. Keeps nobody from ending. */
export function every(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms).unref();
  return () => clearInterval(timer);
}

const SIGNALS: readonly SignalName[] = ["SIGINT", "SIGTERM", "SIGHUP"];
