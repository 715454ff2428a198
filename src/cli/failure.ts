import { errorReport, HostFailure, UserError } from "../errors.ts";
import type { Outcome, Report } from "../report/report.ts";

/** What is known about a command that threw. */
export interface Failed {
  readonly command: string;
  /** Empty where the configuration could not be read. */
  readonly app: string;
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly error: unknown;
  readonly interrupted: boolean;
  /** The command was changing what is live, and nobody caught this: no claim can be made about the hosts. */
  readonly unsure: boolean;
}

/** The report of a command that threw: failure has success's shape. */
export function reportOfFailure(failed: Failed): Report {
  const outcome = outcomeOf(failed);
  return {
    schema: 1,
    command: failed.command,
    app: failed.app,
    environment: failed.environment,
    outcome,
    release: null,
    previous: null,
    revision: null,
    tree: null,
    startedAt: new Date(failed.startedAt).toISOString(),
    durationMs: failed.endedAt - failed.startedAt,
    hosts: [],
    warnings: [],
    // Whoever interrupts is not told that something was interrupted as if it were a fault.
    error: outcome === "interrupted" && isAbort(failed.error) ? null : errorReport(failed.error),
  };
}

/** Nobody mistyped anything, and no host was touched: the work did not come off. */
const FAILED: ReadonlySet<string> = new Set(["build-failed", "not-promoted"]);

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function outcomeOf({ error, interrupted, unsure }: Failed): Outcome {
  if (error instanceof UserError) return FAILED.has(error.kind) ? "failed" : "invalid";
  if (error instanceof HostFailure && error.kind === "locked") return "locked";
  if (unsure) return "partial";
  return interrupted || (error instanceof HostFailure && error.kind === "cancelled") ? "interrupted" : "failed";
}
