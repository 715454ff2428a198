import type { ExitCode } from "./exit-codes.ts";
import type { SignalName, World } from "./world.ts";

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  readonly stop: () => void;
}

export interface InterruptTexts {
  /** What happens now that the first signal came; empty: nothing that is worth a word. */
  readonly first: string;
  /** What it means to leave at once. */
  readonly second: string;
}

/**
 * The first SIGINT, SIGTERM or SIGHUP asks the command to stop in good order; a second SIGINT ends the program at once. A further
 * SIGTERM or SIGHUP does not: CI systems send several, and going back takes longer than they think. `left` is the exit code then.
 */
export function watchInterrupts(
  world: World,
  texts: () => InterruptTexts,
  say: (text: string) => void,
  left: () => ExitCode,
): Interrupt {
  const controller = new AbortController();
  let firstAt: number | null = null;
  const listener = (name: SignalName): void => {
    if (firstAt === null) {
      firstAt = world.now();
      if (texts().first !== "") say(`${NAMES[name]}: ${texts().first}`);
      controller.abort();
    } else if (name === "SIGINT" && world.now() - firstAt >= ECHO) {
      say(texts().second);
      world.leave(left());
    }
  };
  return { signal: controller.signal, stop: world.onSignal(listener) };
}

/** For commands that change what is live. `look` is the command that shows it. */
export function changingTexts(look: string): InterruptTexts {
  return {
    first:
      "no new switch is made, what is not confirmed goes back, then the lock is released. Press Ctrl-C again to leave at once.",
    second: `Left at once: hosts were not waited for, and what they serve was not read back. Look with: ${look}`,
  };
}

/** For what goes on until it is stopped: that is its end, not an interruption. */
export const endingTexts: InterruptTexts = { first: "", second: "Left at once: hosts were not waited for." };

/** While others are told how it ended, with nothing left to do on the hosts. */
export const tellingTexts: InterruptTexts = {
  first: "whoever has not been told yet is not. Nothing changes on the hosts.",
  second: "Left at once, before the summary.",
};

/** While somebody else has the terminal: what is typed there is for them, and only who asks us to end is heard. */
export function watchEnd(world: World): Interrupt {
  const controller = new AbortController();
  const listener = (name: SignalName): void => void (name === "SIGINT" || controller.abort());
  return { signal: controller.signal, stop: world.onSignal(listener) };
}

/** For all others. */
export const stoppingTexts: InterruptTexts = {
  first: "stopping. Press Ctrl-C again to leave at once.",
  second: "Left at once: hosts were not waited for.",
};

const NAMES: { readonly [Name in SignalName]: string } = {
  SIGINT: "Interrupted",
  SIGTERM: "Asked to end (SIGTERM)",
  SIGHUP: "The terminal is gone (SIGHUP)",
};

// npm and other wrappers pass on the SIGINT that the terminal has sent us already: one key press, two signals.
const ECHO = 300;
