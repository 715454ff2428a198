import { spawn } from "node:child_process";
import { constants } from "node:os";
import { onAbort } from "./abort.ts";

/** How a program on the controller ended. */
export interface Ran {
  /** Exit code; 128 + number for a signal, as a shell counts. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; default: the controller's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: Uint8Array;
  /** Called with raw output of both streams as it comes; nothing is collected then. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
  /** Bytes after which the program and its group are killed, where their output is collected: nobody reads so much. Default: no limit. */
  readonly most?: number;
  /** Milliseconds after which the program and its group are killed. */
  readonly timeout?: number;
}

/** Runs a program on the controller, in a session of its own: the port through which source and build start one. */
export type Run = (program: string, args: readonly string[], options?: RunOptions) => Promise<Ran>;

/** The real port. Rejects only if the program cannot be started at all. */
export const run: Run = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stop = (): void => {
      killGroup(child.pid);
      // What left the group in time still holds our pipes: nobody waits for that.
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), LAST_WORDS);
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(stop, options.timeout);
    const forget = onAbort(options.signal, stop);
    let left = options.most ?? Infinity;
    const take = (chunk: Buffer): void => {
      if (left >= 0 && left < chunk.length) stop();
      left -= chunk.length;
    };
    const stdout = collect(child.stdout, options.onOutput, take);
    const stderr = collect(child.stderr, options.onOutput, take);
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      forget();
      resolve({
        code: exitCode(code, signal),
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });

// Milliseconds in which what a killed program has written is still read.
const LAST_WORDS = 200;

function collect(
  stream: NodeJS.ReadableStream,
  onOutput: ((chunk: Buffer) => void) | undefined,
  onTaken: (chunk: Buffer) => void,
): Buffer[] {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
    onTaken(chunk);
  };
  stream.on("data", onOutput ?? keep);
  return chunks;
}

/** Kills a child that was started in its own session, with everything it started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** A child's end as one number, as a shell counts. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
