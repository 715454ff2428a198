import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetHost } from "../hosts/fleet.ts";

/** A process of ours on a host. */
interface SiteProcess {
  /** Its number out here. */
  readonly pid: number;
  /** Its number as the host knows it. */
  readonly hostPid: number;
  readonly args: string;
}

/** A host as it is seen and struck from outside, whatever the tool says about it. */
export interface Site {
  /** As the configuration calls it. */
  readonly name: string;
  /** Its app root, seen from out here. */
  readonly root: string;
  /** Everything below it belongs to the scene and is put back between cases: holds the app root. */
  readonly disk: string;
  /** A directory for the tests' own notes, seen from out here, and as the host knows it. Not on the disk that is filled. */
  readonly notes: string;
  readonly notesThere: string;
  /** What the tool runs there: no sshd. */
  processes(): readonly SiteProcess[];
  /** Kills the tool's processes there, all at one moment, with the connection they came by. */
  killAll(): void;
}

/** A host of a fleet. */
export function fleetSite(host: FleetHost): Site {
  return {
    name: host.name,
    root: host.directory,
    disk: join(host.files, "root"),
    notes: join(host.files, "home"),
    notesThere: "/root",
    processes: () => host.processes().filter(({ args }) => !/^sshd|^\(sshd\)/.test(args) && args !== ""),
    killAll: () => killAll(() => host.processes()),
  };
}

/** Also those that are born while we kill, as the kernel does it for a host that dies. */
function killAll(processes: () => readonly { readonly pid: number }[]): void {
  const killed = new Set<number>();
  for (let fresh = processes(); fresh.length > 0; fresh = processes().filter(({ pid }) => !killed.has(pid)))
    for (const { pid } of fresh) {
      kill(pid);
      killed.add(pid);
    }
}

/** Set in our environment, inherited by every process that is started for `local`, and by nothing else on this machine. */
const MARK = "SLH_FAULTS_MARK";

/** This machine. `disk` must exist. */
export function localSite(disk: string): Site {
  const mark = `${MARK}=${disk}`;
  const notes = `${disk}.notes`;
  mkdirSync(notes, { recursive: true });
  process.env[MARK] = disk;
  const processes = (): SiteProcess[] => readdirSync("/proc").flatMap((name) => marked(name, mark));
  return {
    name: "local",
    root: join(disk, "app"),
    disk,
    notes,
    notesThere: notes,
    processes,
    killAll: () => killAll(processes),
  };
}

function marked(name: string, mark: string): SiteProcess[] {
  const pid = Number(name);
  if (!/^\d+$/.test(name) || pid === process.pid) return [];
  try {
    if (!readFileSync(`/proc/${name}/environ`, "latin1").split("\0").includes(mark)) return [];
    return [{ pid, hostPid: pid, args: readFileSync(`/proc/${name}/cmdline`, "latin1").split("\0").join(" ").trim() }];
  } catch {
    return [];
  }
}

/** Kills one process by its number out here. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone by itself.
  }
}
