import { errorBlock } from "../blocks.ts";
import type { ErrorReport, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";

/** What went wrong where, hosts with the same trouble together: what happened, the last lines of output, what to do. */
export function errorSection(report: Report, options: SummaryOptions): readonly string[] {
  return troubles(report).flatMap(({ hosts, error }) => [
    "",
    `  ${options.theme("error", title(hosts, error))}`,
    ...errorBlock(error, options.theme, 4),
  ]);
}

interface Trouble {
  /** Empty for trouble of no host. */
  readonly hosts: readonly string[];
  readonly error: ErrorReport;
}

function troubles(report: Report): readonly Trouble[] {
  const own: Trouble[] = report.error === null ? [] : [{ hosts: [], error: report.error }];
  const byText = new Map<string, { hosts: string[]; error: ErrorReport }>();
  for (const { host, error } of report.hosts) {
    if (error === null) continue;
    const key = JSON.stringify(error);
    const known = byText.get(key);
    if (known === undefined) byText.set(key, { hosts: [host], error });
    else known.hosts.push(host);
  }
  return [...own, ...byText.values()];
}

function title(hosts: readonly string[], error: ErrorReport): string {
  const where = error.phase === undefined ? "" : ` in ${error.phase}`;
  return hosts.length === 0 ? `${error.kind}${where}` : `${hosts.join(", ")}: ${error.kind}${where}`;
}
