import { facts } from "../blocks.ts";
import { currentWords } from "../current.ts";
import { groupBy, someHosts } from "../group.ts";
import { FEW_HOSTS } from "../progress.ts";
import { hostCount } from "../repeated.ts";
import type { HostReport, Outcome, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";
import { wayBackLines } from "./way-back.ts";
import { formatDuration } from "../units.ts";
import { agreed } from "./hosts.ts";

/** Release, what it replaced, and how to go back: what somebody needs who scrolls up an hour later. */
export function factSection(report: Report, options: SummaryOptions, skipped = ""): readonly string[] {
  const pairs = [...pairsOf(report, options), ["skipped", skipped], ["left out", someHosts(report.leftOut ?? [])]] as const;
  const lines = facts(pairs, options.theme);
  return lines.length === 0 ? [] : ["", ...lines];
}

const GO_BACK = "go back";

type Pair = readonly [label: string, value: string | null];

function pairsOf(report: Report, options: SummaryOptions): readonly Pair[] {
  if (report.outcome === "deployed" || report.outcome === "rolled-back") return switchedFacts(report, options);
  if (TAKEN_BACK.has(report.outcome)) return [["live", liveEverywhere(report)]];
  return [["pruned", prunedOf(report)]];
}

function switchedFacts(report: Report, options: SummaryOptions): readonly Pair[] {
  return [
    ["revision", report.revision],
    ["promoted", promoted(report)],
    ["replaced", replaced(report)],
    ["switched", switchedWithin(report)],
    ["pruned", prunedOf(report)],
    [GO_BACK, goBack(report, options)],
  ];
}

/** How long hosts served different releases: of a wave, that is between its first and its last. */
function switchedWithin({ waves = [] }: Report): string | null {
  const several = waves.filter(({ hosts }) => hosts.length > 1);
  if (several.length === 0) return waves.length > 1 ? `in ${waves.length} waves` : null;
  const longest = formatDuration(Math.max(...several.map(({ skewMs }) => skewMs)));
  return waves.length > 1
    ? `in ${waves.length} waves, the hosts of each within ${longest}`
    : `all ${waves[0]?.hosts.length ?? 0} hosts within ${longest}`;
}

function promoted({ promotedFrom }: Report): string | null {
  return promotedFrom === undefined ? null : `${promotedFrom.release} of ${promotedFrom.environment}, the same files`;
}

function replaced(report: Report): string {
  const before = agreed(report.hosts, previousOf);
  if (before === undefined) return "what the table says under `before`";
  return before ?? `no release: ${notRelease(report, "there was none before")}`;
}

/** What was there that is no release. */
function notRelease(report: Report, nothing: string): string {
  const inPlace = agreed(report.hosts, (host) => host.inPlace ?? null);
  if (typeof inPlace === "string") return currentWords({ inPlace }) ?? nothing;
  const link = agreed(report.hosts, (host) => host.previousLink ?? null);
  return link === null ? nothing : `\`current\` pointed ${link === undefined ? "elsewhere" : `to ${link}`}`;
}

/** The command, or where it would be refused, why and what to do. */
function goBack({ goBack: way }: Report, options: SummaryOptions): string | null {
  return way === undefined || way === null ? null : wayBackLines(way, options, GO_BACK.length + 4).join("\n");
}

function liveEverywhere(report: Report): string | null {
  if (report.hosts.length === 0 || report.hosts.some((host) => !host.liveKnown)) return null;
  const live = agreed(report.hosts, (host) => host.live);
  return live === null ? notRelease(report, "nothing yet") : (live ?? null);
}

function prunedOf(report: Report): string | null {
  const same = agreed(report.hosts, (host) => host.pruned.join(", "));
  if (same !== undefined) return same;
  const some = report.hosts.filter((host) => host.pruned.length > 0);
  const groups = groupBy(some, (host) => (some.length > FEW_HOSTS ? "" : host.host) + host.pruned.join(", "));
  return groups.map((group) => `${hostCount(group.map(({ host }) => host))}: ${group[0].pruned.join(", ")}`).join("\n");
}

const previousOf = (host: HostReport): string | null => host.previous;

const TAKEN_BACK: ReadonlySet<Outcome> = new Set(["failed", "returned", "interrupted"]);
