import { bytesOf as utf8, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";
import { lookArguments, type Look } from "./look-requests.ts";

// What is asked of hosts that share an app root: src/target/group.sh.
const call = (name: string, ...args: readonly (string | ByteString)[]): ByteString => callOf(name, args as ByteString[]);

/** Facts of a host that follows, under the leader's lock. `before`: its session that was lost; empty for none. */
export function join(before: string, what: Look): ByteString {
  return call("slh_do_join", before, ...lookArguments(what));
}

/** Waits until the link says this here too (empty: is gone), which means that release; so many seconds. */
export function see(text: ByteString, release: string, seconds: number): ByteString {
  return call("slh_do_see", text, utf8(release), String(seconds));
}

/** Which of these releases are in use there. */
export function used(releases: readonly string[]): ByteString {
  return call("slh_do_used", ...releases);
}

export const leave: ByteString = call("slh_do_leave");
/** As `fence`, for what goes with a way back: on a host that follows, the leader may have gone back by itself, and let go. */
export const fenceBack: ByteString = call("slh_fence_lost");
