import type { LockStatus } from "../report/documents.ts";

/** What a controller says of itself in the lock. */
export interface LockOwner {
  readonly kind: "lease" | "hold";
  readonly command: string;
  readonly by: string;
  /** ISO 8601, the owner's controller's clock. */
  readonly since: string;
  readonly origin: string;
  readonly reason: string;
}

/** A record as it stands in the lock: what the host wrote about the owner's process, and what its controller said. */
export interface LockRecord extends LockOwner {
  /** Session of the owner; ours or somebody else's. */
  readonly session: string;
  /** Seconds for which its heartbeat may stand still. */
  readonly lease: number;
}

/** The part of a record that comes from the controller. Values are percent-encoded and cut: the whole must fit in a link's text (4,095 bytes). */
export function formatOwner(owner: LockOwner): string {
  const fields = { k: owner.kind, c: owner.command, w: owner.by, a: owner.since, o: owner.origin, m: owner.reason };
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed().slice(0, LONGEST)).slice(0, LONGEST * 3)}`)
    .join(";");
}

const LONGEST = 200;

/** Reads a record; what is missing or damaged in it is empty, since a lock must be shown even then. */
export function parseRecord(record: string): LockRecord {
  const fields = new Map(
    record.split(";").map((field): [string, string] => {
      const at = field.indexOf("=");
      return [field.slice(0, at), decode(field.slice(at + 1))];
    }),
  );
  const of = (key: string): string => fields.get(key) ?? "";
  return {
    kind: of("k") === "hold" ? "hold" : "lease",
    command: of("c"),
    by: of("w"),
    since: of("a"),
    origin: of("o"),
    reason: of("m"),
    session: of("t"),
    lease: Number(of("l")) || 30,
  };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The lock as documents show it. */
export function lockStatus(generation: string, record: LockRecord): LockStatus {
  const { kind, by, since, reason, origin, command } = record;
  return { generation: generationNumber(generation), kind, by, since, reason, origin, command };
}

/** The number in a generation's name, `g000000041`. */
export function generationNumber(name: string): number {
  return Number(name.slice(1));
}
