import { readFileSync } from "node:fs";
import { bytesOf, type ByteString } from "./bytes.ts";

/** The parts of the runtime in the order in which they are joined: the ground first, what starts it last. */
const PARTS = [
  "start.sh",
  "loop.sh",
  "work.sh",
  "flush.sh",
  "ledger.sh",
  "lock.sh",
  "owner.sh",
  "layout.sh",
  "reserve.sh",
  "rename.sh",
  "facts.sh",
  "php.sh",
  "request.sh",
  "task-shell.sh",
  "task.sh",
  "spool.sh",
  "probe.sh",
  "reuse.sh",
  "receive.sh",
  "seal.sh",
  "switch.sh",
  "processes.sh",
  "old-processes.sh",
  "prune.sh",
  "shared.sh",
  "put.sh",
  "verify.sh",
  "lend.sh",
  "hands.sh",
  "group.sh",
  "follow.sh",
  "main.sh",
] as const;

/**
 * What the remote login shell is asked to run, before any value: fixed text without backslash, `!` or newline, so that fish and csh parse
 * it like everybody else. It reads one line, `BYTES TOKEN`, then exactly that many bytes, and evaluates them only if they end in the token: a
 * cut program must never run (a cut `rm -rf` path is a shorter path).
 */
export const LOADER: string = [
  `IFS=" " read -r slh_n slh_t`,
  `if dd bs=1 count=1 iflag=fullblock </dev/null >/dev/null 2>&1`,
  `then slh_p=$(dd bs="$slh_n" count=1 iflag=fullblock 2>/dev/null; echo x)`,
  `else slh_p=$(dd bs=1 count="$slh_n" 2>/dev/null; echo x)`,
  `fi`,
  `slh_p="\${slh_p%x}"`,
  `case "$slh_p" in *"#EOF:$slh_t") eval "$slh_p";; *) echo cut short >&2; command -v dd >/dev/null || echo dd: not found >&2; exit 97;; esac`,
].join("; ");

/** The runtime: all of src/target as one text, without what people read and shells do not. */
export function readProgram(): string {
  return PARTS.map((part) => withoutComments(readFileSync(new URL(`../target/${part}`, import.meta.url), "utf8"))).join("");
}

/** Header and program as the loader reads them. */
export function programFrame(program: string, token: string): ByteString {
  const body = bytesOf(`${program}#EOF:${token}`);
  return `${body.length} ${token}\n${body}` as ByteString;
}

/** Whole-line comments cost a third of the bytes that every connection sends. Quoted text in the parts has no line that begins with `#`. */
export function withoutComments(part: string): string {
  return part
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n");
}
