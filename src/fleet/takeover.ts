import { textOf, type ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { generationNumber, parseRecord, type LockRecord } from "../plan/lock-record.ts";
import { factOf } from "../release/ledger.ts";
import { formatEntry } from "../release/ledger-text.ts";
import type { Member } from "./member.ts";
import { notice, stampOf, type FleetRun } from "./run.ts";

/** A dead owner's lock that became ours. */
export interface Takeover {
  readonly generation: number;
  /** How the host knew: the owner's process was gone from that very machine, or we had watched its heartbeat stand still. */
  readonly proof: "gone" | "silent";
  readonly record: LockRecord;
}

/** What the host told of it when it opened, `took PROOF GENERATION RECORD`; null where the lock was free. */
export function takeoverIn(lines: readonly ByteString[]): Takeover | null {
  const [, proof, generation = "", ...record] =
    lines
      .findLast((line) => line.startsWith("took "))
      ?.split(" ")
      .map((word) => textOf(word as ByteString)) ?? [];
  if (proof === undefined) return null;
  return {
    generation: generationNumber(generation),
    proof: proof === "silent" ? "silent" : "gone",
    record: parseRecord(record.join(" ")),
  };
}

/** Tells it, and writes it into the ledger under the lock that we hold now. */
export async function recordTakeover(run: FleetRun, member: Member, takeover: Takeover): Promise<void> {
  const reason = describe(takeover);
  notice(run, member.name, `Took over ${reason}.`);
  const line = formatEntry(factOf(stampOf(run, member.generation), "takeover", "", { reason }));
  await member.ask(requests.note([line]));
}

function describe({ generation, proof, record }: Takeover): string {
  const { command, by, since, lease } = record;
  const owner = `the ${command || "run"} of ${by || "somebody"}${since === "" ? "" : `, begun ${since}`}`;
  const why = proof === "gone" ? "its process was gone" : `it gave no sign of life for ${lease} s`;
  return `lock ${generation} from ${owner}: ${why}`;
}
