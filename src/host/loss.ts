import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";
import { returnArguments, type Return } from "./requests.ts";

/** Calls of tasks, in turn up to the first that fails. */
export type Calls = readonly ByteString[];

const call = (name: string, ...args: readonly (string | ByteString)[]): ByteString => callOf(name, args as ByteString[]);

/** What a host does by itself if it loses its controller, at each stage, as shell text. */
export const loss = {
  nothing: "" as ByteString,
  /** While the lock is being asked for: whatever carries our session. */
  asking: call("slh_unlock_session"),
  beforeSwitch: (release: string, failed: string): ByteString => call("slh_lose_before_switch", release, bytesOf(failed)),
  /** Back, with the tasks that make it real, unless the switch was confirmed. `never`: into service again, where it had not switched yet. */
  unconfirmed: (what: Return, tasks: readonly Calls[], never: Calls): ByteString =>
    back("slh_return_unconfirmed", what, tasks, never),
  /** The same where it is on its way back already. */
  returning: (what: Return, tasks: readonly Calls[], never: Calls): ByteString => back("slh_return_lost", what, tasks, never),
  /** The tasks that make going back real. */
  reload: (tasks: readonly Calls[]): ByteString => `${eachInTurn(tasks)}\nslh_unlock\n` as ByteString,
  /** Into service again, where it was taken out of it; then what else is to be done. */
  undrain: (tasks: Calls, then: ByteString): ByteString =>
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
      `0) ${eachInTurn(back)} ;;`,
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
  readonly back: readonly Calls[];
  /** It stays, or was never live: into service again. */
  readonly stays: Calls;
  readonly never: Calls;
}

function back(name: string, what: Return, tasks: readonly Calls[], never: Calls): ByteString {
  const goes = call(name, ...returnArguments(what)).trimEnd();
  return `if ${goes}; then\n${eachInTurn(tasks)}\nelse\n${inTurn(never)}\nfi\nslh_unlock\n` as ByteString;
}

/** Whatever becomes of one list, the next is begun: a host whose reload fails is not kept out of service for that. */
function eachInTurn(lists: readonly Calls[]): string {
  return lists.map(inTurn).join("\n");
}

/** Each in a shell of its own, for a task that fails ends the shell; then the others are not run. */
function inTurn(tasks: Calls): string {
  return [":", ...tasks.map((text) => `(slh_fence_lost; ${text.trimEnd()})`)].join(" &&\n");
}
