import { Phases } from "./phases.ts";
import type { CiStyle } from "./style.ts";

/**
 * The log of GitLab CI: a section for each phase that can be folded. A section begins and ends with an escape sequence, and none that
 * others print is shown. `now`: milliseconds since 1970.
 */
export function gitlabStyle(now: () => number): CiStyle {
  const phases = new Phases();
  let open: string | null = null;
  let count = 0;
  const seconds = (): number => Math.floor(now() / 1000);
  const close = (): readonly string[] => {
    const lines = open === null ? [] : [`${ERASE}section_end:${seconds()}:${open}\r${ERASE}`];
    open = null;
    return lines;
  };
  return {
    begin: () => [],
    before: (event) => {
      if (event.kind === "failed") return close();
      const phase = phases.begins(event);
      if (phase === null) return [];
      const before = close();
      count += 1;
      open = `slh_${count}_${phase.replaceAll(/[^\w.-]/gu, "_")}`;
      return [...before, `${ERASE}section_start:${seconds()}:${open}\r${ERASE}${phase}`];
    },
    end: close,
    after: () => [],
  };
}

const ERASE = "\u001b[0K";
