// What the runner starts when the job ends, however it does. As often as one likes: what is gone is gone.
import { setTimeout as sleep } from "node:timers/promises";
import { getState, info } from "@actions/core";
import { isRunning, removePrivate, type Started } from "./leftovers.ts";

/** Milliseconds. A runner gives a job that was cancelled five minutes to end. */
const PATIENCE = 120_000;

const program: Started = { pid: Number(getState("pid")), since: getState("since") };
if (program.pid > 1 && isRunning(program)) await end(program);
removePrivate(getState("directory"), process.env);

/** The step was killed before the program had ended: it is asked to take back what is not confirmed, and waited for. */
async function end(left: Started): Promise<void> {
  info("The program still runs: it is asked to end, and to take back what is not confirmed.");
  signal(left.pid, "SIGTERM");
  const until = Date.now() + PATIENCE;
  while (isRunning(left) && Date.now() < until) await sleep(100);
  if (!isRunning(left)) return;
  info("It does not end, and is killed. Hosts that lose it before the release is confirmed go back by themselves.");
  signal(-left.pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
