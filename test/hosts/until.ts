import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 30_000;

/**
 * Asks again and again until `answer` is neither undefined nor false, and returns it. `what` says what is waited for, in
 * the error that comes when half a minute was not enough.
 */
export async function until<T>(what: string, answer: () => T | false | undefined | Promise<T | false | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const value = await answer();
    if (value !== undefined && value !== false) return value;
    await sleep(10);
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain until ${what}.`);
}
