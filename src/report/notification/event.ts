import type { NotifyEvent } from "../../config/written-notify.ts";
import type { Outcome, Report } from "../report.ts";

/**
 * As what the end of a deploy or rollback is told; null where nobody is told: nothing was done, or it was interrupted before the first
 * change, which whoever did that knows.
 */
export function eventOf({ outcome, release }: Pick<Report, "outcome" | "release">): NotifyEvent | null {
  // From the first change on there is a release that it is about.
  return outcome === "interrupted" && release === null ? null : events[outcome];
}

// A new outcome without an entry does not compile.
const events: { readonly [Each in Outcome]: NotifyEvent | null } = {
  deployed: "success",
  "rolled-back": "success",
  returned: "return",
  failed: "failure",
  partial: "failure",
  interrupted: "failure",
  unchanged: null,
  locked: null,
  invalid: null,
  done: null,
};
