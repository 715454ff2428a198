import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { exitCode, killGroup } from "./spawn.ts";

/** A running loader on some host, seen as three streams: all that a conversation knows of its transport. */
export interface Channel {
  readonly input: Writable;
  readonly output: Readable;
  /** What the transport itself and the remote shell print, and the pongs. */
  readonly errors: Readable;
  /** Settles when the transport's process has ended and its output is read. Exit code 255 of ssh means: unknown. */
  readonly ended: Promise<{ readonly code: number }>;
  /** Ends the transport at once, whatever it is at. The host then finds its controller lost. */
  kill(): void;
}

/** Starts a program that carries a conversation to another machine, as ssh does. To end it is to kill it. */
export function spawnChannel(program: string, args: readonly string[]): Channel {
  const child = start(program, args);
  return channelOf(child, endOf(child), () => killGroup(child.pid));
}

/**
 * Starts a shell of this machine. Here the program *is* the host: killed, it could neither stop what it started nor do what it was left
 * to do for the case that it loses us. So to end it is to let go of it, and it ends by itself.
 */
export function localChannel(program: string, args: readonly string[]): Channel {
  const child = start(program, args);
  const letGo = new AbortController();
  const gone = new Promise<{ code: number }>((resolve) => {
    letGo.signal.addEventListener("abort", () => resolve({ code: UNKNOWN }));
  });
  return channelOf(child, Promise.race([endOf(child), gone]), () => {
    for (const stream of child.stdio) stream?.destroy();
    child.unref();
    letGo.abort();
  });
}

/** What OpenSSH exits with when it cannot tell how the other side ended. */
const UNKNOWN = 255;

// In a session of its own: Ctrl-C on the controller must not kill it before it could go back.
function start(program: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(program, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  return child;
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<{ code: number }> {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      child.stderr.push(`${child.spawnfile}: ${error.message}\n`);
      resolve({ code: 127 });
    });
    child.on("close", (code, signal) => resolve({ code: exitCode(code, signal) }));
  });
}

function channelOf(child: ChildProcessWithoutNullStreams, ended: Channel["ended"], kill: () => void): Channel {
  return { input: child.stdin, output: child.stdout, errors: child.stderr, ended, kill };
}

/** Resolves when a stream takes more, or never will again. */
export function drained(input: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      input.off("drain", done);
      input.off("close", done);
      resolve();
    };
    input.on("drain", done);
    input.on("close", done);
  });
}
