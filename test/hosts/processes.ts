import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process on a host. */
export interface HostProcess {
  /** Its number out here, where tests run. */
  pid: number;
  /** Its number as the host itself knows it. */
  hostPid: number;
  /** Its command line, with spaces between the arguments. */
  args: string;
}

/** All processes that live in the process namespace `namespace`, a text like `pid:[4026532345]`. */
export function processesIn(namespace: string): HostProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && namespaceOf(name) === namespace)
    .flatMap((name) => describeProcess(Number(name)));
}

/**
 * The process namespace of a process, or undefined if there is no such process any more. It tells what runs on a host better
 * than the mount namespace, in which the `unshare` and `nsenter` that only lead there are as well.
 */
export function namespaceOf(pid: number | string): string | undefined {
  return unlessGone(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

function describeProcess(pid: number): HostProcess[] {
  const args = unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim());
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, "utf8"));
  const hostPid = /^NSpid:.*\s(\d+)$/m.exec(status ?? "")?.[1];
  return args === undefined || hostPid === undefined ? [] : [{ pid, hostPid: Number(hostPid), args }];
}

// A process may end between any two looks at it.
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
