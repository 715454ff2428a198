import type { Duration } from "./written-values.ts";

/** A number of hosts, a share of all such as `25%`, or `all`. */
export type WrittenWave = number | string;

/** How many hosts are switched at once, and what a failure means for the others. */
export interface WrittenStrategy {
  /**
   * How many hosts are switched at once: a number, a share such as `25%`, or `all`. A list says it for one wave after the other;
   * the last one holds for the rest. Default: "all"
   */
  readonly wave?: WrittenWave | readonly WrittenWave[];
  /** How long to wait between two waves. Default: "0s" */
  readonly pause?: Duration;
  /** How many hosts may fail and go back alone before the deploy is one that failed. Default: 0 */
  readonly maxFailures?: number;
  /** When the deploy fails: `return` takes all hosts back, `keep` leaves the waves that went well as they are. Default: "return" */
  readonly onFailure?: "return" | "keep";
}

/** How much this machine does at the same time. */
export interface WrittenLimits {
  /** Connections that are being made. Default: 8 */
  readonly connect?: number;
  /** Hosts to which files are being sent. Default: 8 */
  readonly send?: number;
}
