import type { Event } from "./events.ts";

/** How much a line matters: `--quiet` shows warnings and errors only, `--verbose` all four. */
export type Level = "info" | "output" | "warning" | "error";

/** One line for people: sanitized, without a line end, never beginning with something that came from a host. */
export interface Line {
  readonly level: Level;
  readonly text: string;
}

/** Turns what happens into lines, as it happens. */
export type View = (event: Event) => readonly Line[];
