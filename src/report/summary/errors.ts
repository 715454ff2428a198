import { errorBlock } from "../blocks.ts";
import type { ErrorReport, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";

/** What went wrong where, hosts with the same trouble together: what happened, the last lines of output, what to do. */
export function errorSection(report: Report, options: SummaryOptions): readonly string[] {
  return troubles(report).flatMap((trouble) => ["", ...troubleLines(trouble, options)]);
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

function troubleLines({ hosts, error }: Trouble, options: SummaryOptions): readonly string[] {
  const { theme } = options;
  const where = [hosts.join(", "), error.phase ?? ""].filter((part) => part !== "").join(": ");
  if (where === "") return errorBlock(error, options);
  const kind = error.kind === error.phase ? "" : ` ${theme("quiet", `(${error.kind})`)}`;
  return [`  ${theme("error", where)}${kind}`, ...errorBlock(error, options, 4)];
}
