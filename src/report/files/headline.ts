import { plainCaller } from "../command-line.ts";
import type { Report } from "../report.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { headline } from "../summary/headline.ts";
import { plainTheme } from "../theme.ts";

/** The first sentence of the summary: how it ended. */
export function headlineOf(report: Report, dryRun = false): string {
  return headline(sanitizeDeep(report), { theme: plainTheme, caller: plainCaller, dryRun }).join(" ");
}
