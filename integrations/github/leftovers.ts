import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

const PREFIX = "slh-private-";

/** Where the runner lets a job keep what goes with it. */
export function temporary(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env["RUNNER_TEMP"] || tmpdir());
}

/** A new directory that nobody else may look into. */
export function makePrivate(env: Readonly<Record<string, string | undefined>>): string {
  return mkdtempSync(join(temporary(env), PREFIX));
}

/** Removes it with all that is in it; as often as one likes, and nothing else, whatever a state file says. */
export function removePrivate(directory: string, env: Readonly<Record<string, string | undefined>>): void {
  if (dirname(directory) !== temporary(env) || !basename(directory).startsWith(PREFIX)) return;
  rmSync(directory, { recursive: true, force: true });
}

/** A process, and when it began: numbers of processes are used again. */
export interface Started {
  readonly pid: number;
  readonly since: string;
}

/** When a process began, by the system's own clock; empty where there is none, or where one cannot see it. */
export function since(pid: number): string {
  try {
    // Behind the name, which may hold anything, the 20th field is the time.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /su, "")
      .split(" ");
    return fields[0] === "Z" ? "" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

export function isRunning({ pid, since: then }: Started): boolean {
  return then !== "" && since(pid) === then;
}
