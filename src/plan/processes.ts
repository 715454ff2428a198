import type { ByteString } from "../host/bytes.ts";
import { textOf } from "../host/bytes.ts";
import type { OldProcess } from "../report/report.ts";
import { pair } from "./facts.ts";

/** What a host saw of processes that run from other releases than the live one. */
export interface SeenProcesses {
  readonly processes: readonly OldProcess[];
  /** How many there are besides these. */
  readonly more: number;
  /** How many it could not look into; null where it does not know. */
  readonly blind: number | null;
}

/** Reads the lines of src/target/old-processes.sh; null where the host cannot see processes. The last look of several is what holds. */
export function parseProcesses(lines: readonly ByteString[]): SeenProcesses | null {
  const said = lines.map(pair);
  const looked = said.findLastIndex(([word]) => word === "looked");
  if (looked < 0) return null;
  const last = said.slice(looked);
  const numbers = (word: string): number[] =>
    last.flatMap(([said, rest]) => (said === word && /^\d+$/.test(rest) ? [Number(rest)] : []));
  return {
    processes: last.flatMap(([word, rest]) => (word === "process" ? [processOf(rest)] : [])),
    more: numbers("more")[0] ?? 0,
    blind: numbers("blind")[0] ?? null,
  };
}

function processOf(line: ByteString): OldProcess {
  const [pid, behindPid] = pair(line);
  const [release, behindRelease] = pair(behindPid);
  const [kind, name] = pair(behindRelease);
  return {
    pid: Number(pid),
    name: textOf(name),
    release: textOf(release as ByteString),
    kind: kind === "shell" ? "shell" : "process",
  };
}
