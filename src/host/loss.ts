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
  /** Back, with the tasks that make it real, unless the switch was confirmed. `never`: into service again, where it had not switched yet. */
  unconfirmed: (what: Return, tasks: readonly ByteString[], never: readonly ByteString[]): ByteString =>
    back("slh_return_unconfirmed", what, tasks, never),
  /** The same where it is on its way back already. */
  returning: (what: Return, tasks: readonly ByteString[], never: readonly ByteString[]): ByteString =>
    back("slh_return_lost", what, tasks, never),
  /** The tasks that make going back real. */
  reload: (tasks: readonly ByteString[]): ByteString => `${inTurn(tasks)}\nslh_unlock\n` as ByteString,
  /** Into service again, where it was taken out of it; then what else is to be done. */
  undrain: (tasks: readonly ByteString[], then: ByteString): ByteString =>
    tasks.length === 0 ? then : (`${inTurn(tasks)}\n${then}` as ByteString),
  /** While a file of shared/ is put: back to what was there, unless all have it. */
  put: (path: string, sha256: string): ByteString => call("slh_lose_put", bytesOf(path), sha256),
  /**
   * Of a host that follows another one: nothing that changes the root, but what goes with what the other does. `release`: that was switched
   * to by `run`; then the tasks for each case.
   */
  following: ({ release, run, back, stays, never }: Following): ByteString =>
    [
      call("slh_await_return", release, run).trimEnd(),
      "case $? in",
      `0) ${inTurn(back)} ;;`,
      `1) ${inTurn(stays)} ;;`,
      `*) ${inTurn(never)} ;;`,
      "esac\n",
    ].join("\n") as ByteString,
  unlock: call("slh_unlock"),
};

export interface Following {
  readonly release: string;
  /** Id of the run. */
  readonly run: string;
  /** It was taken back: what makes that real. */
  readonly back: readonly ByteString[];
  /** It stays, or was never live: into service again. */
  readonly stays: readonly ByteString[];
  readonly never: readonly ByteString[];
}

function back(name: string, what: Return, tasks: readonly ByteString[], never: readonly ByteString[]): ByteString {
  const goes = call(name, ...returnArguments(what)).trimEnd();
  return `if ${goes}; then\n${inTurn(tasks)}\nelse\n${inTurn(never)}\nfi\nslh_unlock\n` as ByteString;
}

/** Each in a shell of its own, for a task that fails ends the shell; then the others are not run. */
function inTurn(tasks: readonly ByteString[]): string {
  return [":", ...tasks.map((text) => `(slh_fence_lost; ${text.trimEnd()})`)].join(" &&\n");
}
