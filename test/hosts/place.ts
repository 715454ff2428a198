import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findProgram } from "./machine.ts";

/** Where the parts of one fleet are on this machine. */
export interface Place {
  /** Holds all files of the fleet, and one directory per host. */
  directory: string;
  /** The directory each host sees its own disk at. On this machine it exists and must stay empty. */
  appParent: string;
  /** The app root as seen on every host. */
  appRoot: string;
  /** Root's home directory, where every host sees its own. */
  home: string;
  /** The path of sshd. It starts itself again by it, so it has to be absolute. */
  sshd: string;
}

/** Makes the directories of a new fleet. They must be below neither home nor app root, which hosts see other things at. */
export function makePlace(): Place {
  const directory = mkdtempSync("/tmp/slh-fleet-");
  const appParent = `/srv/slh-test-${basename(directory).slice("slh-fleet-".length)}`;
  mkdirSync(appParent, { recursive: true });
  // Where sshd keeps its unprivileged half. A system sets it up when it boots its own sshd, and this one may have none.
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  return { directory, appParent, appRoot: join(appParent, "app"), home: homeOfRoot(), sshd: findProgram("sshd") ?? "sshd" };
}

function homeOfRoot(): string {
  const root = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((line) => line.startsWith("root:"));
  return root?.split(":")[5] ?? "/root";
}
