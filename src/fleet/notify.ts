import type { CommandContext } from "../api.ts";
import { addressParts } from "../config/notify.ts";
import type { Notification } from "../config/notifications.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { eventOf } from "../report/notification/event.ts";
import type { NotTold } from "../report/notification/failure.ts";
import { nameOf, unusable } from "../report/notification/request.ts";
import type { NotificationDocument } from "../report/notification-document.ts";
import type { Report } from "../report/report.ts";
import { createMasker } from "../report/mask.ts";
import { mapStrings } from "../report/sanitize.ts";
import { step, warn, type FleetRun } from "./run.ts";
import { tellOne } from "./tell.ts";

/**
 * Does the work, which ends with all locks let go of, and then tells others how it ended: all at once, none for longer than its timeout.
 * Whether they could be told changes nothing but the warnings.
 */
export async function telling(run: FleetRun, message: string, work: () => Promise<Report>): Promise<Report> {
  tellUnusable(run);
  const report = await work();
  await tellOthers(run, message, report);
  run.emit({ kind: "ended", report });
  return report;
}

/** What is missing is told in the beginning: in the end there may be nothing to tell, and the next time somebody relies on it. */
function tellUnusable(run: FleetRun): void {
  for (const text of notifyWarnings(run)) warn(run, null, text);
}

/** Who cannot be told from here, and why. */
export function notifyWarnings({ context: { config, env }, masker }: FleetRun): readonly string[] {
  return config.notify.flatMap((told) => {
    const why = unusable(told, env);
    return why === null
      ? []
      : [masker(`Will not be told: ${placeOf(config, told)}, since ${why}. Set it where you start symlink-helper.`)];
  });
}

async function tellOthers(run: FleetRun, message: string, report: Report): Promise<void> {
  const { config, env } = run.context;
  const event = eventOf(report);
  if (event === null) return;
  const chosen = config.notify.filter((told) => told.on.includes(event) && unusable(told, env) === null);
  if (chosen.length === 0) return;
  const document = documentOf(run, { event, message, report });
  await step(
    run,
    "notify",
    () => Promise.all(chosen.map(async (told) => ({ told, failure: await tellOne(run, told, document) }))),
    (results) => summaryOf(run, results),
  );
}

/** A copy as it is now, without secrets. */
function documentOf(
  run: FleetRun,
  { event, message, report }: Pick<NotificationDocument, "event" | "message" | "report">,
): NotificationDocument {
  const { by, origin } = run.context;
  const runUrl = /^https?:\/\//u.test(origin) ? origin : null;
  const document: NotificationDocument = { schema: 1, event, run: run.id, by, origin, runUrl, message, report };
  return mapStrings(document, run.documentMasker);
}

/** Two may have the same name for people. */
function placeOf({ notify }: ResolvedConfig, told: Notification): string {
  return `${nameOf(told)} (notify[${notify.indexOf(told)}])`;
}

/** Servers say the path again that they do not know. */
function addressOf(told: Notification, env: CommandContext["env"]): string {
  if (told.kind === "command") return "";
  return typeof told.url === "string" ? told.url : (env[told.url.secret] ?? "");
}

function summaryOf(run: FleetRun, results: readonly { readonly told: Notification; readonly failure: NotTold | null }[]): string {
  for (const { told, failure } of results) {
    if (failure === null) continue;
    const { remedy } = failure;
    const why = createMasker(addressParts(addressOf(told, run.context.env)))(failure.why);
    warn(
      run,
      null,
      run.masker(
        `Not told: ${placeOf(run.context.config, told)}, since ${why}. What is live is not affected. ${remedy}`.trimEnd(),
      ),
    );
  }
  const reached = results.filter(({ failure }) => failure === null).map(({ told }) => nameOf(told));
  return reached.length === 0 ? "nobody was told" : run.masker(`told ${reached.join(", ")}`);
}
