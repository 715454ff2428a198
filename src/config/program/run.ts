import type { Evaluated } from "./evaluate.ts";
import { Worker } from "node:worker_threads";
import { pathToFileURL } from "node:url";

/** With what a configuration program runs. */
export interface ProgramOptions {
  /** The controller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the program. */
  readonly signal: AbortSignal | null;
  /** Milliseconds after which it is ended. */
  readonly limit: number;
}

/** How a configuration program ended. */
export type ProgramEnd =
  | (Evaluated & { readonly printed: string })
  | { readonly kind: "timeout" }
  /** Its thread ended before there was a value. */
  | { readonly kind: "left"; readonly code: number }
  /** The thread itself could not go on: out of memory, a loader that does not start. */
  | { readonly kind: "broken"; readonly message: string };

const LONGEST_OUTPUT = 2000;
const MEGABYTES = 512;

/**
 * Runs a configuration program in a thread of its own, so that one that never ends, leaves the process or prints can do no harm.
 * Rejects only if the signal is aborted.
 */
export async function runProgram(file: string, { env, signal, limit }: ProgramOptions): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const own = (name: string): string => new URL(`${name}.${ending}`, import.meta.url).href;
  const workerData = {
    url: pathToFileURL(file).href,
    evaluate: own("evaluate"),
    define: own("../define"),
    limit: LONGEST_OUTPUT,
  };
  const worker = new Worker(new URL("worker.mjs", import.meta.url), {
    env: { ...env },
    // Ours are none of its business; and it is no news that Node's own stripping of types is new.
    execArgv: ["--no-warnings"],
    workerData,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  try {
    return await endOf(worker, signal, limit);
  } finally {
    await worker.terminate();
  }
}

function endOf(worker: Worker, signal: AbortSignal | null, limit: number): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve({ kind: "timeout" }), limit);
    const abort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener("abort", abort, { once: true });
    worker.once("message", (end: ProgramEnd) => resolve(end));
    worker.once("error", (error: Error) => resolve({ kind: "broken", message: error.message }));
    worker.once("exit", (code) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve({ kind: "left", code });
    });
  });
}
