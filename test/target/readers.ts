import { spawn } from "node:child_process";
import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { bytesOf } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import { until } from "../hosts/until.ts";
import { Bench, newRoot, put } from "./bench.ts";
import { mainKinds, scratch, type Kind } from "./kinds.ts";

/** What readers saw while somebody switched. */
export interface Seen {
  readonly reads: number;
  /** How often what they read was of another release than before. */
  readonly changes: number;
  /** Could not be opened. */
  readonly failed: number;
  readonly empty: number;
  /** Text that no release has. */
  readonly wrong: number;
  /** Two files of one resolved release that were of two. */
  readonly mixed: number;
  /** Text of the first failure. */
  readonly first: string;
}

/** What readers may see of harm: nothing. */
export const UNHARMED: Omit<Seen, "reads" | "changes"> = { failed: 0, empty: 0, wrong: 0, mixed: 0, first: "" };

export interface Readings {
  /** Node, that opens `current/first`, and pairs of files in the resolved release. */
  readonly node: Seen;
  /** A shell, that reads a line of `current/first`. */
  readonly shell: Seen;
}

/** One kind for each userland. */
export function userlands(): Kind[] {
  return mainKinds().filter(({ name }) => name.startsWith("dash, GNU") || name.startsWith("ash, BusyBox"));
}

/** Makes an app root with two whole releases, the first of them live. */
export function fillRoot(root: string): void {
  for (const id of ["a", "b"]) {
    for (const file of ["first", "second"]) put(join(root, "releases", id, file), `${id}\n`);
  }
  symlinkSync("releases/a", join(root, "current"));
}

/**
 * Reads through `current` in `root`, in two processes as fast as they can, for as long as `work` takes. It begins when both have read: a program
 * that is still being started sees no switch.
 */
export async function readDuring(root: string, kind: Kind, work: () => Promise<unknown>): Promise<Readings> {
  const go = join(newRoot(scratch), "go");
  writeFileSync(go, "");
  const link = join(root, "current");
  const readers = [
    start(process.execPath, [READER, link, "a,b", go], process.env),
    start(kind.shell, ["-c", SHELL_READER, kind.shell, link, go], { PATH: kind.path }),
  ];
  try {
    await until("both readers read", () => existsSync(`${go}.node`) && existsSync(`${go}.shell`));
    await work();
  } finally {
    rmSync(go);
  }
  const [node = "", shell = ""] = await Promise.all(readers);
  return { node: JSON.parse(node) as Seen, shell: shellSaw(shell) };
}

const READER = fileURLToPath(new URL("reader.mjs", import.meta.url));

// Only what shells do themselves: a program to start for each look would make it a slow reader.
const SHELL_READER = `
n=0 changes=0 failed=0 empty=0 wrong=0 last=
while [ -e "$2" ]; do
  x=
  if read -r x <"$1/first"; then :; else failed=$((failed + 1)); fi
  case $x in a | b) ;; '') empty=$((empty + 1)) ;; *) wrong=$((wrong + 1)) ;; esac
  [ "$x" = "$last" ] || changes=$((changes + 1))
  last=$x n=$((n + 1))
  [ "$n" -ne 1 ] || : >"$2.shell"
done 2>/dev/null
echo "$n $changes $failed $empty $wrong"`;

function shellSaw(line: string): Seen {
  const [reads = 0, changes = 0, failed = 0, empty = 0, wrong = 0] = line.trim().split(" ").map(Number);
  return { reads, changes, failed, empty, wrong, mixed: 0, first: "" };
}

async function start(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return text(spawn(program, words, { env, stdio: ["ignore", "pipe", "inherit"] }).stdout);
}

/**
 * Switches in the runtime itself, so often that a message for each would take too long. One round in fifty is a whole switch with ledger
 * and flush, and a return; one in five is the rename with what belongs to it; the others are the bare rename, as often as possible.
 */
export async function switchOften(kind: Kind, root: string, switches: number): Promise<void> {
  const bench = new Bench(kind, { root });
  try {
    await bench.open();
    await bench.ask(rounds(Math.ceil(switches / 2)));
  } finally {
    await bench.close();
  }
}

function rounds(count: number): string {
  return `bare() { ln -sn "$1" "$slh_link" && slh_rename "$slh_link" "$slh_current" || slh_fail switch "$1"; }
round=0
while [ "$round" -lt ${count} ]; do
round=$((round + 1))
if [ "$((round % 50))" -eq 0 ]; then
${THERE}${BACK}elif [ "$((round % 5))" -eq 0 ]; then
slh_point releases/a releases/b b
slh_point releases/b releases/a a
else
slh_temporary new
bare releases/b
bare releases/a
fi
done
`;
}

const [FROM, TO] = [bytesOf("releases/a"), bytesOf("releases/b")];
const THERE = requests.switchLink({ fromText: FROM, toText: TO, to: "b", switching: "{}", live: "{}" });
const BACK = requests.returnLink({ backText: FROM, failedText: TO, back: "a", failed: "b", returned: "{}" });
