import { spawn } from "node:child_process";
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
  /** Ends the transport's process and what it started on the controller, at once. */
  kill(): void;
}

/** Starts a transport's program in a session of its own: Ctrl-C on the controller must not kill it before it could go back. */
export function spawnChannel(program: string, args: readonly string[], cwd?: string): Channel {
  const child = spawn(program, args, { detached: true, stdio: ["pipe", "pipe", "pipe"], ...(cwd === undefined ? {} : { cwd }) });
  child.stdin.on("error", () => undefined);
  const ended = new Promise<{ code: number }>((resolve) => {
    child.on("error", (error) => {
      child.stderr.push(`${program}: ${error.message}\n`);
      resolve({ code: 127 });
    });
    child.on("close", (code, signal) => resolve({ code: exitCode(code, signal) }));
  });
  return { input: child.stdin, output: child.stdout, errors: child.stderr, ended, kill: () => killGroup(child.pid) };
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
