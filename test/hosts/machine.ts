import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether real hosts can be played here, and if not, what is missing. */
export type Ability = { ok: true } | { ok: false; reason: string };

const PROGRAMS = ["sshd", "ssh", "ssh-keygen", "unshare", "nsenter", "mount", "umount", "mountpoint"];

let ability: Ability | undefined;

/** Says whether `startFleet` can work on this machine. Looks once and remembers. */
export function canRunFleet(): Ability {
  ability ??= findObstacle();
  return ability;
}

function findObstacle(): Ability {
  if (process.platform !== "linux") return { ok: false, reason: "real hosts need Linux" };
  if (process.getuid?.() !== 0) return { ok: false, reason: "real hosts need root" };
  const missing = PROGRAMS.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) return { ok: false, reason: `real hosts need ${missing.join(", ")}` };
  return tryNamespaces();
}

function tryNamespaces(): Ability {
  const flags = ["--mount", "--pid", "--uts", "--fork", "--kill-child", "--propagation", "private"];
  const { status, stderr } = spawnSync("unshare", [...flags, "mount", "-t", "proc", "proc", "/proc"], { encoding: "utf8" });
  return status === 0 ? { ok: true } : { ok: false, reason: `real hosts need namespaces: ${stderr.trim()}` };
}

/** A shell of this machine. `argv` starts it: append `-c` and a script, or nothing to feed it on standard input. */
export interface Shell {
  name: string;
  argv: [string, ...string[]];
}

/** Those of dash, bash, BusyBox ash, mksh and yash that are installed here. */
export function shells(): Shell[] {
  const own = ["dash", "bash", "mksh", "yash"].flatMap((name): Shell[] => {
    const path = findProgram(name);
    return path === undefined ? [] : [{ name, argv: [path] }];
  });
  const busybox = busyboxPath();
  return busybox === undefined ? own : [...own, { name: "busybox ash", argv: [busybox, "ash"] }];
}

/** The BusyBox of this machine, if there is one. */
export function busyboxPath(): string | undefined {
  return findProgram("busybox");
}

/**
 * Fills `directory`, made if absent, with links to every program BusyBox has. As the only entry of PATH it is a machine
 * with nothing but BusyBox on it. Returns `directory`.
 */
export function withBusyboxPath(directory: string): string {
  const busybox = busyboxPath();
  if (busybox === undefined) throw new Error("BusyBox is not installed here.");
  const { stdout } = spawnSync(busybox, ["--list"], { encoding: "utf8" });
  mkdirSync(directory, { recursive: true });
  for (const program of stdout.split("\n").filter(Boolean)) symlinkSync(busybox, join(directory, program));
  return directory;
}

/** The path of a program, in PATH or where programs for root are kept. */
export function findProgram(name: string): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return directories
    .filter(Boolean)
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
