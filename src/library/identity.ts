import { sanitize } from "../report/sanitize.ts";
import { ciJob } from "./ci.ts";

/** Who runs a command and where, for lock, ledger and report. */
export interface Identity {
  /** The person a CI system names, or `user@host`. */
  readonly by: string;
  /** The address of the CI run, or the controller's name. */
  readonly origin: string;
}

/** Reads the identity from what CI systems put into the environment. One line each, whatever the environment holds. */
export function identify(env: Readonly<Record<string, string | undefined>>, user: string, hostname: string): Identity {
  const job = ciJob(env);
  return { by: job?.by ?? sanitize(`${user}@${hostname}`), origin: job?.run ?? sanitize(hostname) };
}
