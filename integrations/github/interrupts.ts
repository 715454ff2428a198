/** Signals by which a runner asks the step to end: SIGINT, some seconds later SIGTERM, and soon after that it kills. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type SignalName = (typeof SIGNALS)[number];

export interface Interrupts {
  /** Whether one has come. */
  readonly came: () => boolean;
  /** Who is to hear of the first one; at once, if it has come already. */
  readonly pass: (to: (name: SignalName) => void) => void;
}

/** Listens from now on. Further signals change nothing: what has been begun is brought to its end, or the runner kills it. */
export function watchInterrupts(): Interrupts {
  let first: SignalName | null = null;
  let listener: ((name: SignalName) => void) | null = null;
  for (const name of SIGNALS)
    process.on(name, () => {
      if (first !== null) return;
      first = name;
      listener?.(name);
    });
  return {
    came: () => first !== null,
    pass: (to) => {
      listener = to;
      if (first !== null) to(first);
    },
  };
}
