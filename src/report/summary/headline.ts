import { someHosts } from "../group.ts";
import type { HostOutcome, HostReport, Outcome, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";
import type { Role } from "../theme.ts";
import { count, formatDuration } from "../units.ts";
import { wrap } from "../width.ts";
import { agreed, allAsBefore, hostsInDoubt, RELEASE_COMMANDS } from "./hosts.ts";

/** One sentence: how it ended. It claims nothing about hosts that the report did not see (P3). */
export function headline(report: Report, options: SummaryOptions): readonly string[] {
  const { role, write } = headlines[report.outcome];
  return wrap(write(report, options), options.width).map((line) => options.theme(role, line));
}

interface Headline {
  readonly role: Role;
  readonly write: (report: Report, options: SummaryOptions) => string;
}

// A new outcome without a sentence does not compile.
const headlines: { readonly [Each in Outcome]: Headline } = {
  deployed: { role: "good", write: (report) => `Deployed ${report.release} to ${place(report)}${took(report)}.` },
  "rolled-back": { role: "good", write: (report) => `Rolled back ${place(report)} to ${report.release}${took(report)}.` },
  unchanged: { role: "good", write: unchanged },
  done: { role: "good", write: done },
  returned: { role: "error", write: (report) => `Taken back: ${report.release} was live and failed.${stateOf(report)}` },
  failed: { role: "error", write: (report) => `Failed: ${report.command} of ${report.environment}.${stateOf(report)}` },
  interrupted: { role: "error", write: (report) => `Interrupted: ${report.command} of ${report.environment}.${stateOf(report)}` },
  partial: { role: "error", write: partial },
  locked: { role: "warning", write: (report) => `Locked: ${report.command} did not start. Nothing was changed.` },
  invalid: {
    role: "error",
    write: (report) => `Not done: ${report.command}.${CHANGE_NOTHING.has(report.command) ? "" : " Nothing was changed."}`,
  },
};

/** Of these nobody expects that they changed something. */
const CHANGE_NOTHING: ReadonlySet<string> = new Set(["plan", "status", "releases", "history", "lock status", "verify"]);

function unchanged(report: Report): string {
  if (report.command === "shared put") return `Nothing to do: ${place(report)} has exactly this content already.`;
  if (report.command === "lock release") return `Nothing to release: ${place(report)} is not locked.`;
  const release = report.release === null ? "" : ` (${report.release})`;
  const [only, ...others] = report.hosts;
  const who =
    only === undefined || others.length === 0
      ? place(report)
      : `the ${count(report.hosts.length, "host")} of ${report.environment}`;
  return `Nothing to do: ${who} already ${others.length === 0 ? "serves" : "serve"} exactly this${release}.`;
}

function partial(report: Report): string {
  if (report.command === "shared put")
    return `A person must look: hosts of ${report.environment} may have different contents now.`;
  if (report.hosts.length === 0) return `A person must look: it is not known what ${report.environment} serves.`;
  const unseen = unseenHosts(report);
  const why = unseen === "" ? unexpected(report) : `it is not known what ${unseen} serves`;
  return `A person must look: ${why}.`;
}

function unexpected({ hosts, environment, release }: Report): string {
  const live = agreed(hosts, (host) => host.live);
  const [there, behind] = [hosts.filter(({ outcome }) => WELL.has(outcome)), hosts.filter(({ outcome }) => !WELL.has(outcome))];
  if (there.length > 0 && behind.length > 0)
    return `${release} is live on ${someHosts(names(there))} of ${environment}, not on ${someHosts(names(behind))}`;
  if (live === undefined) return `the hosts of ${environment} differ`;
  const why = live === release ? "which failed and could not be taken back" : "which is not what this run left there";
  return `${environment} serves ${live ?? "nothing"}, ${why}`;
}

const WELL: ReadonlySet<HostOutcome> = new Set(["deployed", "rolled-back"]);

const names = (hosts: readonly HostReport[]): readonly string[] => hosts.map(({ host }) => host);

// An end without a switch is known without looking: a run that may have switched and did not see the end is `partial`.
function stateOf(report: Report): string {
  if (report.command === "shared put") return " Every host has the content that it had before.";
  if (!RELEASE_COMMANDS.has(report.command)) return "";
  if (report.hosts.length > 0 && allAsBefore(report.hosts)) {
    const unsure = hostsInDoubt(report.hosts);
    if (unsure.length > 0)
      return ` \`current\` says on every host what it said before, but ${someHosts(unsure)} may not serve that: ${failedOnReturn(report)} failed on the way back.`;
    return ` Every host serves ${report.outcome === "returned" ? "again " : ""}what it served before.`;
  }
  return report.outcome === "returned" ? "" : " No host was switched.";
}

/** Each once, whichever host it was on. */
function failedOnReturn({ hosts }: Report): string {
  return [...new Set(hosts.flatMap((host) => host.failedOnReturn ?? []))].join(" and ");
}

function unseenHosts(report: Report): string {
  return someHosts(report.hosts.filter((host) => !host.liveKnown).map((host) => host.host));
}

function done(report: Report, options: SummaryOptions): string {
  const write = commands[report.command];
  return write === undefined
    ? `Done: ${report.command} of ${place(report)}${took(report)}.`
    : write(report, options.dryRun ?? false);
}

const commands: Readonly<Record<string, (report: Report, dryRun: boolean) => string>> = {
  setup: (report) => `Set up ${place(report)}${took(report)}.`,
  pin: (report) => `Pinned ${report.release}: prune leaves it alone on ${place(report)}.`,
  unpin: (report) => `Unpinned ${report.release} on ${place(report)}.`,
  prune: (report, dryRun) =>
    dryRun
      ? `A dry run: nothing was removed on ${place(report)}.`
      : prunedReleases(report) === 0
        ? `Nothing to prune on ${place(report)}.`
        : `Pruned ${count(prunedReleases(report), "release")} on ${place(report)}.`,
  "shared put": (report) => `Put the file on ${place(report)}${took(report)}.`,
  "lock acquire": (report) => `Locked ${place(report)}: nobody deploys until the lock is released.`,
  "lock release": (report) => `Released the lock of ${place(report)}.`,
};

function prunedReleases(report: Report): number {
  return new Set(report.hosts.flatMap((host) => host.pruned)).size;
}

function place(report: Report): string {
  const changed = report.hosts.filter(({ outcome }) => outcome !== "unchanged");
  const hosts = changed.length === 0 ? report.hosts : changed;
  const [only, ...others] = hosts;
  if (only === undefined) return report.environment;
  const number = hosts.length === report.hosts.length ? "" : `${hosts.length} of `;
  return `${report.environment} (${others.length === 0 ? only.host : `${number}${count(report.hosts.length, "host")}`})`;
}

function took(report: Report): string {
  return ` in ${formatDuration(report.durationMs)}`;
}
