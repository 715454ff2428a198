import type { HostFailure } from "../../src/errors.ts";
import * as requests from "../../src/host/requests.ts";
import type { Bench } from "./bench.ts";

interface Ran {
  readonly output: Buffer;
  readonly code: string;
  /** Lines that are neither the beginning nor the end. */
  readonly told: readonly string[];
  readonly failure: HostFailure | null;
}

interface Wishes {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly umask?: string;
}

/** Runs one task in the app root. */
export async function runTask(bench: Bench, text: string, wishes: Wishes = {}): Promise<Ran> {
  const chunks: Buffer[] = [];
  const lines: string[] = [];
  const { env = {}, timeout = 60, umask = "0022", signal } = wishes;
  const call = { index: 0, timeout, as: null, directory: bench.root, environment: requests.exports(env), umask, run: text };
  const hear = {
    onOutput: (chunk: Buffer) => void chunks.push(chunk),
    onLine: (line: string) => void lines.push(line),
    ...(signal === undefined ? {} : { signal }),
  };
  const failure = await bench.ask(requests.task(call), hear).then(
    () => null,
    (error: HostFailure) => error,
  );
  const end = lines.findLast((line) => line.startsWith("task end 0 ")) ?? "";
  const told = lines.filter((line) => !/^(task (begin|end)|fail) /.test(line));
  return { output: Buffer.concat(chunks), code: end.slice("task end 0 ".length), told, failure };
}
