import type { NotificationDocument } from "../notification-document.ts";
import { sanitizeBlock } from "../sanitize.ts";
import { headlineOf, notificationLines } from "./lines.ts";

/** What a command finds in its environment, named as for tasks. Any text fits into a variable: it has no NUL and an end. */
export function notificationVariables(document: NotificationDocument): Readonly<Record<string, string>> {
  const { report, event, run, by, origin, runUrl, message } = document;
  const values = {
    SLH_APP: report.app,
    SLH_ENVIRONMENT: report.environment,
    SLH_POINT: "notify",
    SLH_ACTION: report.command,
    SLH_EVENT: event,
    SLH_OUTCOME: report.outcome,
    SLH_RELEASE: report.release ?? "",
    SLH_PREVIOUS: report.previous ?? "",
    SLH_REVISION: report.revision ?? "",
    SLH_MESSAGE: message,
    SLH_RUN: run,
    SLH_BY: by,
    SLH_ORIGIN: origin,
    SLH_RUN_URL: runUrl ?? "",
    SLH_SECONDS: String(Math.round(report.durationMs / 1000)),
    SLH_GO_BACK: report.goBack?.command ?? "",
    SLH_SUBJECT: headlineOf(report),
    SLH_TEXT: notificationText(document),
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sanitizeBlock(value).slice(0, LONGEST)]));
}

/** Several lines for people, as for a mail. */
export function notificationText(document: NotificationDocument): string {
  return notificationLines(document)
    .map(({ text, is }) => (is === "command" ? `go back: ${text}` : text))
    .join("\n");
}

// Linux takes no variable longer than 128 KiB.
const LONGEST = 10_000;
