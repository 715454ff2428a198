import type { Duration } from "./written-values.ts";

/** What still runs from another release behind the switch, as it is written. */
export interface WrittenOldProcesses {
  /** So long at most it is waited for, behind `afterSwitch`. `0` only looks. Default: "10s" */
  readonly within?: Duration;
  /**
   * What is still there then is told (`warn`), takes the deploy back (`fail`), or is not even looked for (`ignore`). Default:
   * "warn"
   */
  readonly whenLeft?: "warn" | "fail" | "ignore";
}
