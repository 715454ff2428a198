import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { bytesOf } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import { Bench, failureOf, put } from "./bench.ts";
import { mainKinds, pathWith } from "./kinds.ts";

/** What the runtime calls, besides what this file is about. */
const PROGRAMS =
  "awk cat chmod cp cut date dd df env find grep head id ln ls mkdir mkfifo readlink rm setsid sed sh sleep sort stat sync"
    .concat(" tail tar touch tr uname wc xargs sha256sum")
    .split(" ");
const REAL_MV = join(pathWith("real-mv", ["mv"]), "mv");

/** An `mv` that does something of its own when it is called as `mv OPTION new current`, and else what it should. */
function mv(options: Readonly<Record<string, string>>): string {
  const cases = Object.entries(options).map(([option, what]) => `${option}) ${what} ;;`);
  return `#!/bin/sh\ncase $1 in\n${cases.join("\n")}\n*) exec ${REAL_MV} "$@" ;;\nesac\n`;
}

const REFUSES = `echo "mv: '$3' is a directory" >&2; exit 1`;
const UNKNOWN = `echo "mv: unknown option $1" >&2; exit 1`;
const RENAMES = `${REAL_MV} -fT "$2" "$3"`;
const MOVES_INTO = `${REAL_MV} -f "$2" "$3"`;
const COPIES = `rm -f "$3"; cp -P "$2" "$3"`;
const HITS_ANOTHER = `${REAL_MV} -fT "$2" "$3.old"`;
const NEITHER = { "-fT": REFUSES, "-fh": UNKNOWN };

/** A python that is really there: some machines have a wrapper first in PATH that finds its way by its own name. */
const PYTHON = ["/usr/bin/python3", "/usr/local/bin/python3"].find(runs);

function runs(program: string): boolean {
  try {
    return execFileSync(program, ["-c", "print(1)"], { encoding: "utf8" }) === "1\n";
  } catch {
    return false;
  }
}

/** Programs of a host, and the way to rename that must be found; null where there is none. */
const HOSTS: readonly [string, Readonly<Record<string, string>>, string | null][] = [
  ["mv -T renames (GNU, BusyBox)", { mv: mv({}) }, "mv_t"],
  ["mv -T is unknown, mv -h renames (BSD)", { mv: mv({ "-fT": UNKNOWN, "-fh": RENAMES }) }, "mv_h"],
  ["mv refuses a link to a directory (toybox, old uutils)", { mv: mv(NEITHER), perl: perl() }, "perl"],
  [
    "mv moves into the directory and says all is well",
    { mv: mv({ "-fT": MOVES_INTO, "-fh": MOVES_INTO }), perl: perl() },
    "perl",
  ],
  ["mv does nothing and says all is well", { mv: mv({ "-fT": "exit 0", "-fh": "exit 0" }), perl: perl() }, "perl"],
  ["mv leaves the new link where it was", { mv: mv({ "-fT": COPIES, "-fh": UNKNOWN }), perl: perl() }, "perl"],
  ["mv hits another name", { mv: mv({ "-fT": HITS_ANOTHER, "-fh": UNKNOWN }), perl: perl() }, "perl"],
  ["only python can", { mv: mv(NEITHER), python3: exec(PYTHON ?? "") }, "python3"],
  ["nothing can", { mv: mv(NEITHER) }, null],
];

function exec(program: string): string {
  return `#!/bin/sh\nexec ${program} "$@"\n`;
}

function perl(): string {
  return exec("/usr/bin/perl");
}

let bench: Bench;
afterEach(async () => bench.close());

describe.each(mainKinds().filter(({ name }) => name.includes("GNU")))("$name", ({ name, shell }) => {
  const hosts = HOSTS.filter(([, programs]) => PYTHON !== undefined || !("python3" in programs));
  test.each(hosts)("P1: %s", async (title, programs, renamer) => {
    bench = new Bench({ name, shell, path: pathOf(`${name} ${title}`, programs) });
    if (renamer === null) return expect(await failureOf(bench.open())).toMatchObject(NOTHING_CAN);
    await bench.open();
    expect(bench.renamer).toBe(renamer);
    for (const id of ["a", "b"]) bench.release(id);
    bench.pointTo("a");
    await bench.ask(SWITCH_TO_B);
    return expect(bench.current()).toBe("releases/b");
  });
});

const NOTHING_CAN = { kind: "preflight", message: expect.stringContaining("No program here can replace") as string };

const SWITCH_TO_B = requests.switchLink({
  fromText: bytesOf("releases/a"),
  toText: bytesOf("releases/b"),
  to: "b",
  switching: "{}",
  live: "{}",
});

/** A directory for PATH with the usual programs, and some of our own. */
function pathOf(name: string, own: Readonly<Record<string, string>>): string {
  const directory = pathWith(name.replaceAll("/", "-"), PROGRAMS);
  for (const [program, text] of Object.entries(own)) {
    put(join(directory, program), text);
    chmodSync(join(directory, program), 0o755);
  }
  return directory;
}
