import { Worker } from "node:worker_threads";
import type { Site } from "./site.ts";

/** What a reader of `current` saw on each host, in order: versions, or the error code where there was nothing to read. */
export type Watched = ReadonlyMap<string, readonly string[]>;

/** Begins to read `current` on all hosts. The returned function ends it. */
export function watch(sites: readonly Site[]): () => Promise<Watched> {
  const stop = new SharedArrayBuffer(4);
  const seen = sites.map((): string[] => []);
  const worker = new Worker(new URL("watch.mjs", import.meta.url), {
    workerData: { roots: sites.map(({ root }) => root), stop },
  });
  const ended = new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message: [number, string] | null) => {
      if (message === null) resolve();
      else seen[message[0]]?.push(message[1]);
    });
  });
  return async () => {
    Atomics.store(new Int32Array(stop), 0, 1);
    Atomics.notify(new Int32Array(stop), 0);
    await ended;
    await worker.terminate();
    return new Map(sites.map(({ name }, index) => [name, seen[index] ?? []]));
  };
}
