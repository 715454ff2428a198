import type { Event } from "../events.ts";
import type { Report } from "../report.ts";

/** Something wrong at a place of a file. */
export interface FilePlace {
  readonly file: string;
  /** From 1; 0 where there is no line to show. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * How a CI system's log is written: lines that the system obeys, to be put before what an event says. They are ours alone: whatever else is
 * written is disarmed.
 */
export interface CiStyle {
  /** Before anything else: what must not be shown. */
  readonly begin: (secrets: readonly string[]) => readonly string[];
  /** `hostile`: what the event says was printed by others. */
  readonly before: (event: Event) => readonly string[];
  /** Before the summary: what is open ends, what failed is marked. */
  readonly end: (report: Report, places: readonly FilePlace[]) => readonly string[];
  /** Behind the summary. */
  readonly after: () => readonly string[];
}
