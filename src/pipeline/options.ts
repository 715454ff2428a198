import type { ResolvedConfig } from "../config/resolved.ts";

/** What `ci` is told of a project. */
export interface CiOptions {
  /** `github`, `gitlab` or `jenkins`. */
  readonly system: string;
  /** All environments of the configuration, in its order. */
  readonly configs: readonly ResolvedConfig[];
  /** Of this program, for the jobs that fetch it. */
  readonly version: string;
  /** Only these, in this order. Default: all that are elsewhere, `production` last. */
  readonly environments?: readonly string[];
  /** What brings the program into a job. Default: a name to be replaced by a person. */
  readonly uses?: string;
  /** Whether to write files; otherwise their texts are only in the answer. */
  readonly write: boolean;
  /** Nothing is written once it is aborted. */
  readonly signal: AbortSignal;
}
