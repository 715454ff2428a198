import type { LogSource } from "../config/resolved.ts";
import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";

/** What a person asks of a host without deploying: requests that take no lock. */
const call = (name: string, ...args: readonly string[]): ByteString => callOf(name, args.map(bytesOf));

/** What is live, whether the app root is there, and whether it has this release (empty: not asked). */
export function where(release: string): ByteString {
  return call("slh_do_where", release);
}

/** How many logs one request can follow: as many as there are descriptors with one digit (src/target/follow.sh). */
export const MOST_LOGS = 6;

/** The last lines of logs, and with `onward` whatever comes, until it is cancelled. */
export function follow(lines: number, onward: boolean, logs: readonly LogSource[]): ByteString {
  const sources = logs.flatMap((log) => (log.kind === "file" ? ["file", log.path] : [log.user ? "user-unit" : "unit", log.unit]));
  return call("slh_do_follow", String(lines), onward ? "yes" : "no", ...sources);
}

/** Words as shell text that sets them as `"$@"`, whatever they hold. */
export function argumentsText(words: readonly string[]): string {
  return Buffer.from(callOf("set --", words.map(bytesOf)), "latin1").toString("utf8");
}
