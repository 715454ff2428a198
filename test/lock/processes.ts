import { readdirSync, readFileSync } from "node:fs";

/** A process on this machine. */
export interface Process {
  readonly pid: number;
  readonly args: string;
  /** As the kernel says it: R, S, T (stopped), Z (dead, not fetched) … */
  readonly state: string;
}

const MARK = "SLH_LOCK_SCENE";

/** What to put into the environment of a process, so that it and all that it starts can be found. */
export function mark(scene: string): Record<string, string> {
  return { [MARK]: scene };
}

/** All living processes that were started, directly or not, for a scene. */
export function marked(scene: string): Process[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? look(Number(name), `${MARK}=${scene}`) : []));
}

/** Those of them that are shells of a runtime, or tasks and programs that these run: all but the controllers. */
export function runtimeOf(scene: string): Process[] {
  return marked(scene).filter(({ args }) => !args.includes(process.execPath));
}

function look(pid: number, wanted: string): Process[] {
  try {
    if (!readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(wanted)) return [];
    const args = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").join(" ").trim();
    const state = /^.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1] ?? "?";
    return state === "Z" ? [] : [{ pid, args, state }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** Sends a signal to each; those that are gone are gone. */
export function signalAll(processes: readonly { readonly pid: number }[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone by itself.
    }
  }
}
