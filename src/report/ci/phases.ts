import type { Event } from "../events.ts";

/**
 * Where a part of the log begins: at the first line of a phase that nobody has come to before. Hosts are not in step, and a host that comes
 * late is told where the others are: parts do not alternate. Each wave goes through its phases anew.
 */
export class Phases {
  #seen = new Set<string>();

  /** The phase that begins with this event; null where none does. */
  begins(event: Event): string | null {
    if (event.kind === "wave-started") this.#seen = new Set();
    const name = phaseOf(event);
    if (name === null || this.#seen.has(name)) return null;
    this.#seen.add(name);
    return name;
  }
}

function phaseOf(event: Event): string | null {
  if (event.kind === "step-ended") return event.name;
  if (event.kind === "phase-ended") return event.phase;
  return event.kind === "task-started" || event.kind === "output" ? event.point : null;
}
