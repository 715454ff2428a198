import type { HostReport, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";
import { renderTable } from "../table.ts";
import type { Cell } from "../table.ts";

/** What is live where, wherever that cannot be said in one sentence. */
export function hostSection(report: Report, options: SummaryOptions): readonly string[] {
  if (!worthATable(report)) return [];
  const columns = [{ title: "host" }, { title: "live now" }, { title: "before" }, { title: "ended as" }, { title: "because of" }];
  const rows = report.hosts.map((host) => [
    host.host,
    liveCell(host),
    host.previous ?? host.previousLink ?? "nothing",
    host.outcome,
    host.error?.kind ?? "",
  ]);
  return ["", ...renderTable(columns, rows, { theme: options.theme, indent: 2, width: options.width })];
}

/** Whether every host was seen, at the end, to serve what it served before. */
export function allAsBefore(hosts: readonly HostReport[]): boolean {
  return hosts.every((host) => host.liveKnown && host.live === host.previous);
}

/** The one value all hosts agree on; undefined where they do not, or there is no host. */
export function agreed<T>(hosts: readonly HostReport[], value: (host: HostReport) => T): T | undefined {
  const [first, ...rest] = hosts.map(value);
  return rest.every((other) => other === first) ? first : undefined;
}

function worthATable(report: Report): boolean {
  if (!RELEASE_COMMANDS.has(report.command) || report.hosts.length === 0) return false;
  const seen = report.hosts.filter((host) => host.liveKnown);
  return report.outcome === "partial" || (seen.length > 0 && agreed(seen, stateOf) === undefined);
}

function stateOf(host: HostReport): string {
  return JSON.stringify([host.live, host.previous, host.outcome]);
}

function liveCell(host: HostReport): Cell {
  if (!host.liveKnown) return { text: "not known", role: "error" };
  return { text: host.live ?? "nothing", role: host.live === host.previous ? "quiet" : "release" };
}

/** Commands that are about what is live. */
export const RELEASE_COMMANDS: ReadonlySet<string> = new Set(["deploy", "rollback"]);
