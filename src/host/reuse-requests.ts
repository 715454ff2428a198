import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";
import { shellWords, taskEnvironment, type TaskCall } from "./task-requests.ts";

/** The requests of `reuse`: src/target/reuse.sh. */
const call = (name: string, ...args: readonly string[]): ByteString => callOf(name, args.map(bytesOf));

export const reuseRecords: ByteString = call("slh_do_reuse_records");

export interface Runtime extends Pick<TaskCall, "environment" | "path" | "shell"> {
  /** Number of its entry. */
  readonly index: number;
  readonly run: string;
}

/** What a command says, run as tasks are. */
export function runtime(what: Runtime): ByteString {
  const [program = "" as ByteString, flags = "" as ByteString] = shellWords(what.shell);
  const words = [bytesOf(String(what.index)), taskEnvironment(what), program, flags, bytesOf(what.run)];
  return callOf("slh_do_runtime", words);
}

export interface Reuse {
  readonly index: number;
  readonly path: string;
  /** Releases, best first. */
  readonly from: readonly string[];
}

/** Whether it could be taken over; writes nothing. */
export function lookReuse({ index, path, from }: Reuse): ByteString {
  return call("slh_do_look_reuse", String(index), path, ...from);
}

export function reuse(release: string, { index, path, from }: Reuse): ByteString {
  return call("slh_do_reuse", release, String(index), path, ...from);
}

/** To be asked before the seal, which keeps it. */
export function noteReuse(release: string, made: readonly { readonly key: string; readonly path: string }[]): ByteString {
  return call("slh_do_note_reuse", release, ...made.flatMap(({ key, path }) => [key, path]));
}
