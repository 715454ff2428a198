import { facts } from "../blocks.ts";
import { commandLine } from "../command-line.ts";
import type { HostReport, Outcome, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";
import { agreed } from "./hosts.ts";

/** Release, what it replaced, and how to go back: what somebody needs who scrolls up an hour later. */
export function factSection(report: Report, options: SummaryOptions): readonly string[] {
  const pairs = pairsOf(report, options);
  const lines = pairs.length === 0 ? [] : facts(pairs, options.theme);
  return lines.length === 0 ? [] : ["", ...lines];
}

type Pair = readonly [label: string, value: string | null];

function pairsOf(report: Report, options: SummaryOptions): readonly Pair[] {
  if (report.outcome === "deployed" || report.outcome === "rolled-back") return switchedFacts(report, options);
  if (TAKEN_BACK.has(report.outcome)) return [["live", liveEverywhere(report)]];
  return [["pruned", prunedOf(report)]];
}

function switchedFacts(report: Report, options: SummaryOptions): readonly Pair[] {
  return [
    ["revision", report.revision],
    ["replaced", replaced(report)],
    ["pruned", prunedOf(report)],
    ["go back", goBack(report, options)],
  ];
}

function replaced(report: Report): string {
  const before = agreed(report.hosts, previousOf);
  if (before === undefined) return "what the table says under `before`";
  return before ?? "no release: there was none before";
}

// After a deploy the release before is where a plain rollback goes. After a rollback that would go back once more.
function goBack(report: Report, options: SummaryOptions): string | null {
  const before = agreed(report.hosts, previousOf);
  if (before === null) return null;
  const target = report.outcome === "rolled-back" && before !== undefined ? ["--to", before] : [];
  return options.theme("command", commandLine(options.caller, ["rollback", report.environment, ...target]));
}

function liveEverywhere(report: Report): string | null {
  if (report.hosts.length === 0 || report.hosts.some((host) => !host.liveKnown)) return null;
  const live = agreed(report.hosts, (host) => host.live);
  return live === null ? "nothing yet" : (live ?? null);
}

function prunedOf(report: Report): string | null {
  const same = agreed(report.hosts, (host) => host.pruned.join(", "));
  if (same !== undefined) return same;
  const some = report.hosts.filter((host) => host.pruned.length > 0);
  return some.map((host) => `${host.host}: ${host.pruned.join(", ")}`).join("\n");
}

const previousOf = (host: HostReport): string | null => host.previous;

const TAKEN_BACK: ReadonlySet<Outcome> = new Set(["failed", "returned", "interrupted"]);
