import { join } from "node:path";
import type { FailureKind } from "../../src/errors.ts";

/** Seconds that a host may take to start our program, here: long for a host on this machine, short for us. */
export const PATIENCE: number = 4;

/** What a person is told, and by what a program knows it. `text` and `remedy` are words that must be in there. */
export interface Refusal {
  readonly kind: FailureKind;
  readonly text: readonly string[];
  readonly remedy: readonly string[];
  /** Seen only under the lock: then the place where locks are is there afterwards. */
  readonly late?: boolean;
}

export const START_UP: readonly string[] = ["start-up file", "echo ready | ssh -F CONFIG"];

/** Start-up files with which a deploy simply works. */
export const HARMLESS: Readonly<Record<string, string>> = {
  "prints a line": "echo Welcome!",
  "prints without a newline": "printf 'Welcome! '",
  "prints what looks like ours": "echo '@ready a e 1 0'; printf '@0123abcd ready 1 '",
  "complains of the missing terminal": "stty erase ^H; mesg n",
  "prints a hundred thousand lines": "seq 100000",
  "gives every bash a start-up file": "echo 'echo noise; cat >/dev/null' >~/noise; export BASH_ENV=~/noise ENV=~/noise",
  "changes what shells inherit": "cd /usr; umask 077; trap '' PIPE TERM; export LC_ALL=xx_XX CDPATH=/ IFS=x POSIXLY_CORRECT=1",
  "leaves a program running": "sleep 1 &",
};

/** Start-up files with which nothing can be done. */
export const HARMFUL: Readonly<Record<string, readonly [file: string, text: string, ...more: string[]]>> = {
  "exits at once": ["exit 0", "its shell ended at once (exit code 0)"],
  "says something and exits": ["echo Closed for repair; exit 3", "Closed for repair"],
  "runs another program instead": ["exec echo This account is not available", "This account is not available"],
  "reads a line": ["read -r line", "Something on the host read a part of what we sent"],
  "reads everything": ["cat >/dev/null", `did not start our program within ${PATIENCE} s`],
  "waits for something": ["sleep 300 >&- 2>&-", `did not start our program within ${PATIENCE} s`],
  "floods for ever": ["while :; do echo flood; done", "flood / flood / flood"],
  "floods without a newline": ["while :; do printf flood; done", `did not start our program within ${PATIENCE} s`],
  "floods standard error": ["while :; do echo flood >&2; done", `did not start our program within ${PATIENCE} s`],
};

/** Programs that a host does not have, and with which the deploy works all the same. */
export const DISPENSABLE: Readonly<Record<string, RegExp>> = {
  "no setsid": /^setsid$/,
  "no setsid, perl or python": /^(setsid|perl.*|python.*)$/,
  "no sha256sum": /^sha256sum$/,
};

const DISK = ["prune", "--keep 1"];

/** What is wrong with an app root, `$1`. */
export const ROOTS: Readonly<Record<string, { readonly script: string } & Refusal>> = {
  "is read-only": {
    script: 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"',
    kind: "preflight",
    text: ["Nobody can write in ROOT", "mounted read-only"],
    remedy: ["Mount it writable"],
  },
  "is a file": {
    script: 'rmdir "$1"; echo mine >"$1"',
    kind: "preflight",
    text: ["ROOT", "not a directory"],
    remedy: ["Move away"],
  },
  "has a directory at current": {
    script: 'mkdir "$1/current"; echo mine >"$1/current/index.html"',
    kind: "preflight",
    text: ["ROOT/current is not a symbolic link"],
    remedy: ["mv ROOT/current ROOT/current.before"],
  },
  "has a file at releases": {
    script: 'echo mine >"$1/releases"',
    kind: "preflight",
    text: ["ROOT/releases exists and is not a directory"],
    remedy: ["Move away"],
  },
  "has a file at shared": {
    script: 'echo mine >"$1/shared"',
    kind: "preflight",
    text: ["ROOT/shared exists and is not a directory"],
    remedy: ["Move away"],
  },
  "has a file where our records go": {
    script: 'echo mine >"$1/.symlink-helper"',
    kind: "preflight",
    text: ["ROOT/.symlink-helper exists and is not a directory"],
    remedy: ["Move away"],
  },
  "has several things in the way": {
    script: 'mkdir "$1/current"; echo mine >"$1/releases"; ln -s nowhere "$1/shared"',
    kind: "preflight",
    text: ["3 things are in the way", "ROOT/current", "ROOT/releases", "ROOT/shared"],
    remedy: ["mv ROOT/current", "Move away"],
  },
  "has no inode left": {
    script: 'mount -t tmpfs -o nr_inodes=2 tmpfs "$1"; echo mine >"$1/file"',
    kind: "disk-full",
    text: ["ROOT/.symlink-helper"],
    remedy: DISK,
  },
  "has too few inodes": {
    script: 'mount -t tmpfs -o nr_inodes=30 tmpfs "$1"; echo mine >"$1/file"',
    kind: "disk-full",
    text: ["23 entries", "inodes are free"],
    remedy: DISK,
    late: true,
  },
  "is on a full disk": {
    script: 'mount -t tmpfs -o size=1m tmpfs "$1"; dd if=/dev/zero of="$1/file" bs=64k 2>/dev/null || :',
    kind: "disk-full",
    text: ["No space left"],
    remedy: DISK,
    late: true,
  },
};

/** What is wrong with the way to a host: how its ssh configuration differs from one that works. */
export const WAYS: Readonly<Record<string, { readonly change: (config: string, scratch: string) => string } & Refusal>> = {
  "an unknown host key": {
    change: (config) => config.replace(/UserKnownHostsFile .*/, "UserKnownHostsFile /dev/null"),
    kind: "host-key",
    text: ["not known here", "Host key verification failed"],
    remedy: ["fingerprint", "ssh-keygen -lf", "ssh -F CONFIG plain true"],
  },
  "a changed host key": {
    change: (config, scratch) => config.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${join(scratch, "known")}`),
    kind: "host-key",
    text: ["another key than the one known"],
    remedy: ["Find out why before anything else", "remove line 1 of", "/known"],
  },
  "a client key that the host does not know": {
    change: (config, scratch) => config.replace(/IdentityFile .*/, `IdentityFile ${join(scratch, "key")}`),
    kind: "authentication",
    text: ["refused the login", "Permission denied (publickey"],
    remedy: ["ssh-add", "ssh -F CONFIG plain true"],
  },
  "a closed port": {
    change: (config) => config.replace(/Port .*/, "Port 1"),
    kind: "unreachable",
    text: ["cannot be reached", "port 1: Connection refused"],
    remedy: ["port is right", "ssh -v -F CONFIG plain true"],
  },
  "a name that nobody knows": {
    change: (config) => config.replace(/HostName .*/, "HostName no-such-host.invalid"),
    kind: "unreachable",
    text: ["cannot be resolved", "no-such-host.invalid"],
    remedy: ["spelling"],
  },
};
