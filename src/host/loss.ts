import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";
import { returnArguments, type Return } from "./requests.ts";

const call = (name: string, ...args: readonly (string | ByteString)[]): ByteString => callOf(name, args as ByteString[]);

/** What a host does by itself if it loses its controller, at each stage, as shell text. */
export const loss = {
  nothing: "" as ByteString,
  /** While the lock is being asked for: whatever carries our session. */
  asking: call("slh_unlock_session"),
  beforeSwitch: (release: string, failed: string): ByteString => call("slh_lose_before_switch", release, bytesOf(failed)),
  /** Back, with the tasks that make it real, unless the switch was confirmed. */
  unconfirmed: (what: Return, tasks: readonly ByteString[]): ByteString =>
    [
      `if ${call("slh_return_unconfirmed", ...returnArguments(what)).trimEnd()}; then :`,
      ...tasks.map((text) => `(${text.trimEnd()})`),
      "fi",
      "slh_unlock",
      "",
    ].join("\n") as ByteString,
  /** The tasks that make going back real. */
  reload: (tasks: readonly ByteString[]): ByteString =>
    [...tasks.map((text) => `(slh_fence; ${text.trimEnd()})`), "slh_unlock", ""].join("\n") as ByteString,
  unlock: call("slh_unlock"),
};
