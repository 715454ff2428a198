import { setTimeout } from "node:timers/promises";

/** Signals by which a runner asks the step to end: SIGINT, some seconds later SIGTERM, and soon after that it kills. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds until Node has told of all signals that came while it waited for another program. */
const HEARD = 20;

type SignalName = (typeof SIGNALS)[number];

export interface Interrupts {
  /** Whether one has come, also while this process was busy. */
  readonly came: () => Promise<boolean>;
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
    came: async () => {
      await setTimeout(HEARD);
      return first !== null;
    },
    pass: (to) => {
      listener = to;
      if (first !== null) to(first);
    },
  };
}
