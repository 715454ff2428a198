import { errorBlock } from "../blocks.ts";
import { groupBy } from "../group.ts";
import { FEW_HOSTS } from "../progress.ts";
import { withoutName } from "../repeated.ts";
import type { ErrorReport, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";
import { wrap } from "../width.ts";

/** What went wrong where, hosts with the same trouble together: what happened, the last lines of output, what to do. */
export function errorSection(report: Report, options: SummaryOptions): readonly string[] {
  return troubles(report).flatMap((trouble) => ["", ...troubleLines(trouble, options)]);
}

export interface Trouble {
  /** Empty for trouble of no host. */
  readonly hosts: readonly string[];
  readonly error: ErrorReport;
  /** The same, but for names of hosts and what the tasks printed there. */
  readonly alike: boolean;
}

function troubles(report: Report): readonly Trouble[] {
  const own: Trouble[] = report.error === null ? [] : [{ hosts: [], error: report.error, alike: false }];
  return [...own, ...troublesOf(report.hosts)];
}

/** Hosts with the same trouble together. */
export function troublesOf(hosts: readonly { readonly host: string; readonly error: ErrorReport | null }[]): readonly Trouble[] {
  const failed = hosts.flatMap(({ host, error }) => (error === null ? [] : [{ host, error }]));
  const many = failed.length > FEW_HOSTS;
  const groups = groupBy(failed, many ? generalKey : ({ error }) => JSON.stringify(error));
  return groups.map((group) => troubleOf(group, many));
}

interface Failed {
  readonly host: string;
  readonly error: ErrorReport;
}

function troubleOf(group: readonly [Failed, ...Failed[]], many: boolean): Trouble {
  const [{ error }] = group;
  const alike = many && group.some((other) => JSON.stringify(other.error) !== JSON.stringify(error));
  return { hosts: group.map(({ host }) => host), error, alike };
}

/** Of many hosts each names itself, and the times that a task prints differ: that is no other trouble. */
function generalKey({ host, error }: Failed): string {
  const { output: _, ...rest } = error;
  return withoutName(JSON.stringify(rest), host);
}

function troubleLines({ hosts, error, alike }: Trouble, options: SummaryOptions): readonly string[] {
  const { theme } = options;
  const where = [hosts.join(", "), error.phase ?? ""].filter((part) => part !== "").join(": ");
  if (where === "") return errorBlock(error, options);
  const kind = error.kind === error.phase ? "" : ` ${theme("quiet", `(${error.kind})`)}`;
  const lines = hosts.length > FEW_HOSTS ? wrap(where, options.width === undefined ? undefined : options.width - 2) : [where];
  const heads = lines.map((line, at) => `  ${theme("error", line)}${at === lines.length - 1 ? kind : ""}`);
  const first = alike ? [`    ${theme("quiet", `What ${hosts[0]} says; the others say the like:`)}`] : [];
  return [...heads, ...first, ...errorBlock(error, options, 4)];
}
