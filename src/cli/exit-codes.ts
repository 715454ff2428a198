import type { HostPlanDocument, PlanDocument } from "../report/documents.ts";
import type { StatusDocument } from "../report/status-document.ts";
import type { ExecDocument } from "../report/hands.ts";
import type { ErrorReport, Outcome } from "../report/report.ts";

/** The exit codes, all of them: a contract with scripts and CI. */
export const ExitCode = {
  /** Done, or nothing to do. */
  done: 0,
  /** Failed: every host serves what it served before. */
  failed: 1,
  /** The command line, the configuration or a name in them is wrong: nothing was done. */
  invalid: 2,
  /** Somebody holds the lock. */
  locked: 3,
  /** Hosts differ, or it is not known what is live: a person must look. */
  partial: 4,
  /** The new release was live, failed after that, and was taken back. */
  returned: 5,
  /** Interrupted: same guarantee as `failed`. 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Of a command that ends in a report. */
export function exitCodeOf(outcome: Outcome): ExitCode {
  return BY_OUTCOME[outcome];
}

/** Of a command that only looks: 1 where some host could not be asked, so that a script does not take half an answer for a whole one. */
export function exitCodeOfHosts(hosts: readonly { readonly error: ErrorReport | null }[]): ExitCode {
  return hosts.some((host) => host.error !== null) ? ExitCode.failed : ExitCode.done;
}

/**
 * Of `status`: also tells whether the hosts agree and have something to serve, and whether a deploy could switch it, which makes it a check
 * for monitoring.
 */
export function exitCodeOfStatus(document: StatusDocument): ExitCode {
  const odd = document.hosts.some(({ elsewhere, inPlace }) => elsewhere?.dangling === true || (inPlace ?? null) !== null);
  return document.agree && !odd ? exitCodeOfHosts(document.hosts) : ExitCode.partial;
}

/** Of `exec` and `run`: whether every host was reached and ended with 0. */
export function exitCodeOfExec({ interrupted, hosts }: ExecDocument): ExitCode {
  if (interrupted) return ExitCode.interrupted;
  return hosts.every(({ code, error }) => code === 0 && error === null) ? ExitCode.done : ExitCode.failed;
}

/** Of `plan`: what stands in the way of a deploy is a failure, 3 if that is nothing but somebody's lock. */
export function exitCodeOfPlan(document: PlanDocument): ExitCode {
  if (document.outcome !== "blocked") return exitCodeOfHosts(document.hosts);
  const blocked = document.hosts.filter((host) => host.lock !== null || !clear(host));
  return blocked.length > 0 && blocked.every(clear) ? ExitCode.locked : ExitCode.failed;
}

function clear(host: HostPlanDocument): boolean {
  return host.problems.length === 0 && host.error === null;
}

/** By outcome of the report. */
export const BY_OUTCOME: { readonly [Each in Outcome]: ExitCode } = {
  deployed: ExitCode.done,
  "rolled-back": ExitCode.done,
  unchanged: ExitCode.done,
  done: ExitCode.done,
  failed: ExitCode.failed,
  invalid: ExitCode.invalid,
  locked: ExitCode.locked,
  partial: ExitCode.partial,
  returned: ExitCode.returned,
  interrupted: ExitCode.interrupted,
};
