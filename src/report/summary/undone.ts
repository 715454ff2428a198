import { facts } from "../blocks.ts";
import { groupBy, hostsOf } from "../group.ts";
import type { Report, UndoReport } from "../report.ts";
import { shortTask } from "../rows.ts";
import type { SummaryOptions } from "../summary.ts";

/** Which `undo` was run where on the way back, and with what result: whoever migrated a database wants to know. */
export function undoneSection(report: Report, options: SummaryOptions): readonly string[] {
  const all = report.hosts.flatMap(({ host, undone = [] }) => undone.map((undo) => ({ host, undo })));
  if (all.length === 0) return [];
  const lines = (ok: boolean): string =>
    groupBy(
      all.filter(({ undo }) => undo.ok === ok),
      ({ undo }) => JSON.stringify(undo),
    )
      .map((group) => `${hostsOf(group)}: ${words(group[0].undo)}`)
      .join("\n");
  const pairs = [["undone", lines(true)] as const, ["undo failed", lines(false)] as const];
  return ["", ...facts(pairs, options.theme)];
}

function words({ point, run }: UndoReport): string {
  return `${shortTask(run)} (${point})`;
}
