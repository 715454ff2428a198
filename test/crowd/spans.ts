/** A connection that was being made, in milliseconds on the clock of the machine. */
export interface Span {
  readonly host: string;
  readonly from: number;
  /** Infinity where the host was never reached. */
  readonly to: number;
}

/** From lines `start HOST NANOSECONDS` and `here HOST NANOSECONDS`, in the order in which they happened. */
export function spans(lines: string): readonly Span[] {
  const found: { host: string; from: number; to: number }[] = [];
  for (const line of lines.split("\n")) {
    const [what, host = "", nanoseconds = ""] = line.split(" ");
    const at = Number(nanoseconds) / 1e6;
    if (what === "start") found.push({ host, from: at, to: Infinity });
    const open = found.findLast((span) => span.host === host && span.to === Infinity);
    if (what === "here" && open !== undefined) open.to = at;
  }
  return found;
}

/** How many were being made at the same time, at most. Whoever took longer than `longest` milliseconds counts for so long only. */
export function mostAtOnce(all: readonly Span[], longest: number): number {
  const ends = all.map(({ from, to }) => ({ from, to: Math.min(to, from + longest) }));
  return Math.max(0, ...ends.map(({ from }) => ends.filter((other) => other.from <= from && from < other.to).length));
}
