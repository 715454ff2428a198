import { Phases } from "./phases.ts";
import type { CiStyle } from "./style.ts";

/** The log of Jenkins, which knows no parts: a heading for each phase. */
export function jenkinsStyle(): CiStyle {
  const phases = new Phases();
  return {
    begin: () => [],
    before: (event) => {
      const phase = phases.begins(event);
      return phase === null ? [] : [`== ${phase} ==`];
    },
    end: () => [],
    after: () => [],
  };
}
