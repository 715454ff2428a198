import { setMaxListeners } from "node:events";

/**
 * Calls back when the signal aborts; at once if it has. Returns what ends the listening: one signal outlives the many requests to many
 * hosts that listen to it, and Node would warn of a leak.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => undefined;
  setMaxListeners(0, signal);
  signal.addEventListener("abort", callback, { once: true });
  if (signal.aborted) callback();
  return () => signal.removeEventListener("abort", callback);
}
