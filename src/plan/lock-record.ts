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

/**
 * The part of a record that comes from the controller. Values are percent-encoded and cut: with what the host adds, less than 200 bytes, the whole
 * must fit in a link's text, and XFS takes 1,023 bytes of that (other file systems 4,095).
 */
export function formatOwner(owner: LockOwner): string {
  const fields = { k: owner.kind, c: owner.command, w: owner.by, a: owner.since, o: owner.origin, m: owner.reason };
  return (Object.keys(fields) as (keyof typeof fields)[]).map((key) => `${key}=${encode(fields[key], LONGEST[key])}`).join(";");
}

/** Bytes, percent-encoded. */
const LONGEST = { k: 10, c: 30, w: 180, a: 40, o: 230, m: 240 } as const;

/** Who an owner is, as a record says it: a long name is cut there. */
export function nameInRecord(by: string): string {
  return decode(encode(by, LONGEST.w));
}

/** Whole characters only. */
function encode(value: string, longest: number): string {
  let text = "";
  for (const character of value.toWellFormed()) {
    const next = encodeURIComponent(character);
    if (text.length + next.length > longest) break;
    text += next;
  }
  return text;
}

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
