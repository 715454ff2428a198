import { errorBlock, marked } from "./blocks.ts";
import type { Caller } from "./command-line.ts";
import { groupBy, someHosts } from "./group.ts";
import { FEW_HOSTS } from "./progress.ts";
import { withoutName } from "./repeated.ts";
import type { Report } from "./report.ts";
import { sanitizeDeep } from "./sanitize.ts";
import { errorSection } from "./summary/errors.ts";
import { factSection } from "./summary/facts.ts";
import { headline } from "./summary/headline.ts";
import { hostSection } from "./summary/hosts.ts";
import { nextSection } from "./summary/next.ts";
import { undoneSection } from "./summary/undone.ts";
import type { Theme } from "./theme.ts";

export interface SummaryOptions {
  readonly theme: Theme;
  readonly caller: Caller;
  /** Columns of the terminal, where there is one. */
  readonly width?: number | undefined;
  /** Nothing was done: the report says what would have been. */
  readonly dryRun?: boolean;
  /** What was asked for besides the command and the environment, as words: what `try again` must repeat. */
  readonly asked?: readonly string[];
}

/**
 * What a person reads when the command is over: what happened, what went wrong where and what to do about it, what is live now, and the
 * exact command to go back. Lines without line ends.
 */
export function summaryLines(raw: Report, options: SummaryOptions): readonly string[] {
  const report = sanitizeDeep(raw);
  // Nothing was begun: a typing mistake needs no ceremony.
  if (report.error?.kind === "usage") return errorBlock(report.error, options, 0);
  // What is said of all hosts is said of those that took part.
  const taking = { ...report, hosts: report.hosts.filter(({ outcome }) => outcome !== "skipped") };
  return [
    ...headline(taking, options),
    ...errorSection(taking, options),
    ...undoneSection(taking, options),
    ...hostSection(taking.hosts.length === report.hosts.length ? taking : report, options),
    ...factSection(taking, options, skippedIn(report)),
    ...nextSection(taking, options),
    ...warningSection(report, options),
  ];
}

function skippedIn({ hosts }: Report): string {
  return someHosts(hosts.flatMap(({ host, outcome }) => (outcome === "skipped" ? [host] : [])));
}

function warningSection(report: Report, options: SummaryOptions): readonly string[] {
  const lines = warningTexts(report).flatMap((warning) => marked(warning, ["warning", "warning  "], options));
  return lines.length === 0 ? [] : ["", ...lines];
}

/** What more than a few hosts warn of alike is said once, with all their names. */
function warningTexts({ warnings, hosts }: Report): readonly string[] {
  if (hosts.length <= FEW_HOSTS) return warnings;
  const names = new Set(hosts.map(({ host }) => host));
  const said = warnings.map((warning) => {
    const [name = ""] = warning.split(": ", 1);
    return names.has(name) ? { warning, name, text: warning.slice(name.length + 2) } : { warning, name: "", text: warning };
  });
  const groups = groupBy(said, ({ name, text }) => `${name === ""}${name === "" ? text : withoutName(text, name)}`);
  return groups.map((group) => {
    const [{ warning, name, text }] = group;
    if (group.length === 1 || name === "") return warning;
    return `${group.map((each) => each.name).join(", ")}: ${withoutName(text, name)}`;
  });
}
