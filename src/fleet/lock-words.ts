import type { CommandContext } from "../api.ts";
import { nameInRecord, type LockRecord } from "../plan/lock-record.ts";
import type { Commands } from "../report/command-line.ts";

/** What a command that found the lock taken tells: by whom, and what to do. */

type Asking = Pick<CommandContext, "by">;

/** `held by you (ann@laptop), since …: reason`, or `locked by a running deploy of …`. */
export function whoHolds(record: LockRecord | null, asking: Asking): string {
  if (record === null) return "locked by somebody";
  const reason = record.reason === "" ? "" : `: ${record.reason}`;
  const where = record.by.endsWith(`@${record.origin}`) || record.origin === "" ? [] : [record.origin];
  const you = record.by === nameInRecord(asking.by);
  const details = [...(you ? [record.by] : []), ...where].join(", ");
  const who = `${you ? "you" : record.by}${details === "" ? "" : ` (${details})`}, since ${record.since}${reason}`;
  return record.kind === "hold" ? `held by ${who}` : `locked by a running ${record.command} of ${who}`;
}

/** The next command to type. */
export function lockRemedy(record: LockRecord | null, asking: Asking, commands: Commands): string {
  if (record?.kind !== "hold") return `Wait for it to end, or look at it: ${commands("lock status")}`;
  if (isOwnHold(record, asking)) return `When the reason is gone: ${commands("lock release")}`;
  return `Ask ${record.by}. When the reason is gone: ${commands("lock release", "--force")}`;
}

/** Whether whoever asks set the hold. */
export function isOwnHold(record: LockRecord, asking: Asking): boolean {
  return record.kind === "hold" && record.by === nameInRecord(asking.by);
}
