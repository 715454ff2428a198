import { UserError } from "../errors.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Whether a directory of `releases/` has a name that this program takes for a release. Everything else there is somebody's own. */
export function isReleaseName(name: string): boolean {
  return NAME.test(name);
}

/**
 * The id of a new release: UTC as `YYYYMMDDTHHMMSSZ`. It is the later of `now` and one second more than the latest time that any
 * of `existing` denotes, so a clock that runs behind, two deploys in one second and ids from the future still give a new and
 * greatest id. `existing` must hold the ids of all hosts, those in their ledgers included. Ids of other tools in it are welcome:
 * those that denote a time count (14 digits, `20260305_0900`), the others do not. `now` is one that {@link checkClock} lets pass.
 */
export function nextReleaseId(now: Date, existing: readonly string[]): string {
  const latest = existing.reduce((latest, id) => Math.max(latest, timeOf(id) ?? -Infinity), -Infinity);
  const time = Math.max(now.getTime(), latest + SECOND);
  return time <= LAST ? idOf(time) : firstFree(now, new Set(existing));
}

/**
 * Whether a new release can be named by that clock. @throws UserError where it says what cannot be: a year that four digits do not hold,
 * or one before anybody wrote this. Ids only grow, so one from a clock that is far ahead would stay in all that come after it.
 */
export function checkClock(now: Date): void {
  if (now.getTime() >= FIRST && now.getTime() <= LAST) return;
  throw new UserError({
    kind: "clock",
    message: `The clock of this computer is wrong: it says ${now.toISOString()}, and a release is named by its time.`,
    remedy: "Set the clock, see what it says then, and deploy again: date -u",
  });
}

const SECOND = 1000;

const FIRST = Date.UTC(2000, 0, 1);

/** Four digits hold no later year. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Where somebody's id sits at the end of time there is nothing after it, and a free id is worth more than a greatest one. */
function firstFree(now: Date, taken: ReadonlySet<string>): string {
  let time = now.getTime();
  while (taken.has(idOf(time))) time += SECOND;
  return idOf(time);
}

function idOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Some file systems fold case, hence `i`. Seconds are missing from some tools' ids. */
const DATED = /^(\d{4})(\d\d)(\d\d)[T_.-]?(\d\d)(\d\d)(\d\d)?Z?$/i;

/** Whether an id is made of date and time, as ours and those of most tools are. */
export function denotesTime(id: string): boolean {
  return timeOf(id) !== null;
}

/** The time an id denotes, in milliseconds; null for ids that denote none: integers, words, the 31st of February. */
function timeOf(id: string): number | null {
  const match = DATED.exec(id);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "00"] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) || !idOf(time).startsWith(`${year}${month}${day}T${hour}`) ? null : time;
}
