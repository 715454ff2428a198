import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { Interrupts } from "./interrupts.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The program, bundled beside the action: nothing is downloaded while a job runs. */
const PROGRAM = fileURLToPath(new URL("program/bin/symlink-helper", import.meta.url));

/** With what it runs. */
export interface Start {
  readonly env: Env;
  readonly directory: string;
}

/** The document that a command answers with; null where it fails. What it says to people is not shown. */
export function answerOf(words: readonly string[], { env, directory }: Start): unknown {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...words], {
    env,
    cwd: directory,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 64 * 1024 * 1024,
  });
  try {
    return status === 0 ? (JSON.parse(stdout) as unknown) : null;
  } catch {
    return null;
  }
}

/**
 * Runs a command on the streams of the step, which the runner reads, and waits for its end. In a session of its own: whether the runner signals this
 * process alone or all that belongs to it, the program hears of it once, from here. A second interrupt would mean to leave at once.
 *
 * @returns its exit code; 128 + number of the signal that ended it.
 */
export function runProgram(
  words: readonly string[],
  { env, directory }: Start,
  interrupts: Interrupts,
  began: (pid: number) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env,
      cwd: directory,
      detached: true,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    if (child.pid === undefined) return;
    began(child.pid);
    interrupts.pass((name) => child.kill(name));
  });
}
