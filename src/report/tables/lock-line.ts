import type { LockStatus } from "../documents.ts";
import { formatAge } from "../units.ts";

/** Who holds a lock, since when, why and from where, in one line. */
export function lockLine(lock: LockStatus | null, now: number): string {
  if (lock === null) return "free";
  const how = lock.kind === "hold" ? `held by ${lock.by}` : `in use by ${lock.by} (${lock.command})`;
  const reason = lock.reason === "" ? "" : `: ${lock.reason}`;
  return `${how} since ${formatAge(lock.since, now)}${reason}${lock.origin === "" ? "" : `, from ${lock.origin}`}`;
}
