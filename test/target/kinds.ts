import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { busyboxPath, findProgram, withBusyboxPath } from "../hosts/machine.ts";

/** A host as far as its shell and its programs go: what the runtime is made to work with. */
export interface Kind {
  readonly name: string;
  /** Path of the shell that is loader and worker. */
  readonly shell: string;
  /** Where it finds its programs. */
  readonly path: string;
}

/** Links to shells and programs live here as long as the test file runs. */
export const scratch: string = mkdtempSync(join(tmpdir(), "slh-target-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PROGRAMS = process.env["PATH"] ?? "/usr/bin:/bin";

/** Shells by name. Bash is in POSIX mode when it is called `sh`, and BusyBox is ash when it is called so. */
function shellPaths(): Record<string, string | undefined> {
  return {
    dash: findProgram("dash"),
    bash: findProgram("bash"),
    "bash --posix": linkTo(findProgram("bash"), "posix", "sh"),
    mksh: findProgram("mksh"),
    ash: linkTo(busyboxPath(), "ash", "ash"),
    yash: findProgram("yash"),
  };
}

function linkTo(target: string | undefined, directory: string, name: string): string | undefined {
  if (target === undefined) return undefined;
  mkdirSync(join(scratch, directory));
  symlinkSync(target, join(scratch, directory, name));
  return join(scratch, directory, name);
}

const shells = shellPaths();
const userlands: Record<string, string | undefined> = {
  GNU: PROGRAMS,
  BusyBox: busyboxPath() === undefined ? undefined : withBusyboxPath(join(scratch, "busybox")),
};

function kind(shell: string, userland: string): Kind[] {
  const [program, path] = [shells[shell], userlands[userland]];
  return program === undefined || path === undefined ? [] : [{ name: `${shell}, ${userland} programs`, shell: program, path }];
}

/** Every shell with the programs of this machine, and with nothing but BusyBox. */
export function everyKind(): Kind[] {
  return Object.keys(userlands).flatMap((userland) => Object.keys(shells).flatMap((shell) => kind(shell, userland)));
}

/** Every shell once; ash with BusyBox programs, for they come together. */
export function everyShell(): Kind[] {
  return Object.keys(shells).flatMap((shell) => kind(shell, shell === "ash" ? "BusyBox" : "GNU"));
}

/** Each shell family and each userland once, for what depends on the programs more than on the shell. */
export function mainKinds(): Kind[] {
  return [...kind("dash", "GNU"), ...kind("ash", "BusyBox"), ...kind("bash --posix", "BusyBox"), ...kind("mksh", "GNU")];
}

/** The first of {@link mainKinds}: for what depends on neither. */
export function oneKind(): Kind {
  const [first = { name: "sh", shell: "/bin/sh", path: PROGRAMS }] = mainKinds();
  return first;
}

/** A directory with links to some programs of this machine and with programs of our own, as the only entry of PATH. */
export function pathWith(name: string, programs: readonly string[]): string {
  const directory = join(scratch, name);
  mkdirSync(directory, { recursive: true });
  for (const program of programs) {
    const path = findProgram(program);
    if (path === undefined) throw new Error(`${program} is not installed here.`);
    symlinkSync(path, join(directory, program));
  }
  return directory;
}
