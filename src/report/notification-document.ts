import type { NotifyEvent } from "../config/written-notify.ts";
import type { Report } from "./report.ts";

/** What a `webhook` of `notify` gets as its body, and a `command` on its standard input. Secrets are `***` in it. */
export interface NotificationDocument {
  readonly schema: 1;
  /** How it ended, in the word by which `on` chooses. */
  readonly event: NotifyEvent;
  /** Id of the run, as in the ledger: a webhook that gets two of the same was told twice, since its first answer was lost. */
  readonly run: string;
  /** Who ran it: `ann@laptop`, or whom the CI system names. */
  readonly by: string;
  /** From where: name of the machine, or address of the CI run. */
  readonly origin: string;
  /** That address; null where it was no CI run. */
  readonly runUrl: string | null;
  /** What `--message` said; empty where it was not given. */
  readonly message: string;
  /** The same as `--json` prints, but for warnings about notifications that failed. */
  readonly report: Report;
}

/** Who would be told how a deploy ends, in a plan. */
export interface NotifyPlanRow {
  /** The kind, and where it leads, without what is a secret: `slack https://hooks.slack.com/***`. */
  readonly who: string;
  /** How it must end for that. */
  readonly on: readonly NotifyEvent[];
}
