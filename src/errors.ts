import type { FilePlace } from "./report/ci/style.ts";
import type { ErrorReport } from "./report/report.ts";

/**
 * Something the user can put right: a configuration, a ref, a missing secret, a wrong release name. Ends with exit code 2 and no
 * stack. `message` says what happened and why, `remedy` the next command to type or edit to make.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly kind: string;
  readonly remedy: string;
  readonly output: readonly string[];
  /** Of a configuration: each thing that is wrong with it. */
  readonly places: readonly FilePlace[];

  constructor(facts: {
    kind: string;
    message: string;
    remedy: string;
    output?: readonly string[];
    places?: readonly FilePlace[];
  }) {
    super(facts.message);
    this.places = facts.places ?? [];
    this.kind = facts.kind;
    this.remedy = facts.remedy;
    this.output = facts.output ?? [];
  }
}

/** The kinds of remote failure: stable names, part of the report's contract. */
export type FailureKind =
  | "unreachable"
  | "host-key"
  | "authentication"
  | "start-up-noise"
  | "connection-lost"
  | "hung"
  | "preflight"
  | "locked"
  | "fenced"
  | "moved"
  | "transfer"
  | "disk-full"
  | "task-failed"
  | "task-timeout"
  | "old-processes"
  | "check-failed"
  | "switch"
  | "not-seen"
  | "not-flushed"
  | "not-whole"
  | "cancelled"
  | "host";

/** A host could not do, or did not answer, what it was told. Never a user's typing mistake and never our own bug. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";
  readonly host: string;
  readonly kind: FailureKind;
  readonly remedy: string;
  readonly output: readonly string[];

  constructor(facts: { host: string; kind: FailureKind; message: string; remedy: string; output?: readonly string[] }) {
    super(facts.message);
    this.host = facts.host;
    this.kind = facts.kind;
    this.remedy = facts.remedy;
    this.output = facts.output ?? [];
  }
}

/** What becomes of work that was stopped: a consequence, never a cause. `host`: empty where it is about none. */
export function cancelled(host: string): HostFailure {
  return new HostFailure({ host, kind: "cancelled", message: "The work was cancelled", remedy: "" });
}

/** The report's form of any error; what is neither of ours is called an internal error. */
export function errorReport(error: unknown, phase?: string): ErrorReport {
  const where = phase === undefined ? {} : { phase };
  if (error instanceof UserError || error instanceof HostFailure) {
    const output = error.output.length > 0 ? { output: error.output } : {};
    return { kind: error.kind, message: ended(error.message), remedy: error.remedy, ...output, ...where };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    kind: "internal",
    message,
    remedy: "This is a defect of the program. Please report it with this text.",
    ...where,
  };
}

/** What hosts say has no full stop. */
function ended(sentence: string): string {
  return /[\w)"'`/]$/.test(sentence) ? `${sentence}.` : sentence;
}

/** Work that was only stopped did not fail: the cause is told where it is. */
export function isCancel(error: unknown): boolean {
  return error instanceof HostFailure && error.kind === "cancelled";
}
