import type { CommitList, ErrorReport, HostReport, Outcome, Report } from "../report.ts";
import { agreed } from "../summary/hosts.ts";
import { count, formatDuration } from "../units.ts";
import { headlineOf } from "./headline.ts";
import { block, code, details, size, table, words } from "./markdown.ts";

/** GitHub takes no longer summary of a step. */
export const MOST_BYTES = 1024 * 1024;

/**
 * The report as a page of Markdown, for the page of a CI run: how it ended, release and revision, each host with the time that each phase
 * took, how to go back, the commits, what went wrong with the last lines of output. Where it would be longer than `most` bytes, the last
 * lines are cut first, then messages and rows.
 */
export function summaryPage(report: Report, dryRun: boolean, most = MOST_BYTES): string {
  for (const level of LEVELS) {
    // A fleet's output is long: what cannot fit need not be written first.
    if (sizeOfTails(report, level) > most) continue;
    const text = `${pageOf(report, dryRun, level)
      .join("\n")
      .replaceAll(/\n{3,}/gu, "\n\n")
      .trim()}\n`;
    if (size(text) <= most) return text;
  }
  return "";
}

/** Characters of the last lines of output that a page would show. */
function sizeOfTails({ hosts }: Report, { tail, errors }: Level): number {
  if (tail === 0) return 0;
  const shown = hosts.flatMap(({ error }) => (error === null ? [] : [error])).slice(0, errors);
  return shown.flatMap(({ output = [] }) => output.slice(-tail)).reduce((sum, line) => sum + line.length, 0);
}

/** The answer of a command that looks, as such a page. What is too long loses its end. */
export function answerPage(title: string, lines: readonly string[], most = MOST_BYTES): string {
  const page = (shown: readonly string[]): string => `### ${words(title)}\n${block(shown).join("\n").trimEnd()}\n`;
  let shown = lines;
  while (size(page(shown)) > most && shown.length > 0)
    shown = [...shown.slice(0, Math.floor(shown.length / 2) - 1), "…"].slice(-shown.length + 1);
  const text = page(shown);
  return size(text) > most ? "" : text;
}

/** How much of what may be long is shown. */
interface Level {
  /** Last lines of output of each host that failed. */
  readonly tail: number;
  /** Characters of a message. */
  readonly message: number;
  /** Hosts whose errors are shown. */
  readonly errors: number;
  /** Hosts with a row of their own. */
  readonly hosts: number;
}

function pageOf(report: Report, dryRun: boolean, level: Level): readonly string[] {
  return [
    `### ${MARKS[report.outcome]} ${words(headlineOf(report, dryRun))}`,
    ...factTable(report),
    ...backBlock(report),
    ...errors(report, level),
    ...hostTable(report, level),
    ...commits(report),
    ...list(
      "Warnings",
      report.warnings.slice(0, MOST_WARNINGS).map((text) => words(text, level.message)),
      report.warnings.length,
    ),
  ];
}

function factTable(report: Report): readonly string[] {
  const before = agreed(report.hosts, ({ previous }) => previous) ?? report.previous;
  const facts = [
    ["Environment", code(report.environment)],
    ["Release", code(report.release ?? "")],
    ["Revision", code(report.revision ?? "")],
    ["Promoted", promoted(report)],
    ["Before", code(before ?? "")],
    ["Left out", words((report.leftOut ?? []).join(", "))],
  ].filter(([, value]) => value !== "");
  return facts.length === 0 ? [] : table([words(report.app), " "], facts);
}

function promoted({ promotedFrom }: Report): string {
  return promotedFrom === undefined ? "" : `${code(promotedFrom.release)} of ${code(promotedFrom.environment)}, the same files`;
}

function backBlock({ goBack }: Report): readonly string[] {
  if (goBack === undefined || goBack === null) return [];
  if (goBack.refused !== null) return ["", `To go back: ${words(goBack.refused)} ${words(goBack.remedy)}`, ""];
  return ["", "To go back:", ...block([goBack.command])];
}

function hostTable({ hosts }: Report, level: Level): readonly string[] {
  if (hosts.length === 0) return [];
  const names = [...new Set(hosts.flatMap(({ phases }) => phases.map(({ name }) => name)))];
  const shown = [...hosts]
    .toSorted((one, other) => Number(other.error !== null) - Number(one.error !== null))
    .slice(0, level.hosts);
  const rows = shown.map((host) => [
    code(host.host),
    words(host.outcome),
    liveCell(host),
    ...names.map((name) => phaseCell(host, name)),
  ]);
  return [
    ...table(["Host", "Ended as", "Live now", ...names.map((name) => words(name))], rows),
    ...more(hosts.length - shown.length, "host"),
  ];
}

function liveCell({ live, liveKnown }: HostReport): string {
  return liveKnown ? code(live ?? "nothing") : "not known";
}

/** A phase may be gone through more than once, as with waves. */
function phaseCell({ phases, error }: HostReport, name: string): string {
  const own = phases.filter((phase) => phase.name === name);
  const took = own.length === 0 ? "" : formatDuration(own.reduce((sum, { ms }) => sum + ms, 0));
  return error?.phase === name ? `**failed** ${took}`.trimEnd() : took;
}

function errors(report: Report, level: Level): readonly string[] {
  const own = report.error === null ? [] : errorLines("", report.error, level);
  const failed = report.hosts.flatMap(({ host, error }) => (error === null ? [] : [{ host, error }]));
  const shown = failed.slice(0, level.errors).flatMap(({ host, error }) => errorLines(host, error, level));
  return [...own, ...shown, ...more(failed.length - level.errors, "host that failed", "hosts that failed")];
}

function errorLines(host: string, { message, remedy, output = [], phase = "" }: ErrorReport, level: Level): readonly string[] {
  const where = [code(host), words(phase)].filter((part) => part !== "").join(" ");
  const lines = message.split("\n");
  // A message of several lines shows places in a file, one below the other.
  const said = lines.length > 1 ? block(lines.slice(0, level.message / 10)) : [words(message, level.message)];
  const tail = level.tail === 0 ? [] : output.slice(-level.tail);
  return [
    "",
    ...(where === "" ? said : lines.length > 1 ? [`**${where}**`, ...said] : [`**${where}**: ${said.join("")}`]),
    ...(remedy === "" ? [] : ["", `What to do: ${words(remedy, level.message)}`]),
    ...(tail.length === 0 ? [] : details(`Last lines${host === "" ? "" : ` of ${host}`}`, tail)),
    "",
  ];
}

function commits({ commits }: Report): readonly string[] {
  if (commits === undefined || commits === null) return [];
  return [
    ...list(`${count(commits.added.count, "commit")} since what was live`, subjects(commits.added), commits.added.count),
    ...list(`${count(commits.removed.count, "commit")} taken out`, subjects(commits.removed), commits.removed.count),
  ];
}

function subjects({ newest }: CommitList): readonly string[] {
  return newest.map(({ commit, subject }) => `${code(commit.slice(0, 7))} ${words(subject)}`);
}

function list(title: string, lines: readonly string[], all: number): readonly string[] {
  if (lines.length === 0) return [];
  return [
    "",
    `**${title}**`,
    "",
    ...lines.map((line) => `* ${line}`),
    ...(all > lines.length ? [`* and ${all - lines.length} more`] : []),
    "",
  ];
}

function more(amount: number, noun: string, plural?: string): readonly string[] {
  return amount > 0
    ? ["", `And ${plural === undefined || amount === 1 ? count(amount, noun) : `${amount} ${plural}`} more.`, ""]
    : [];
}

const MARKS: { readonly [Each in Outcome]: string } = {
  deployed: "✅",
  "rolled-back": "✅",
  unchanged: "✅",
  done: "✅",
  failed: "❌",
  returned: "❌",
  partial: "❌",
  invalid: "❌",
  interrupted: "⛔",
  locked: "🔒",
};

const MOST_WARNINGS = 50;

const LEVELS: readonly Level[] = [
  { tail: 20, message: 2000, errors: 300, hosts: 2000 },
  { tail: 10, message: 2000, errors: 300, hosts: 2000 },
  { tail: 4, message: 2000, errors: 300, hosts: 2000 },
  { tail: 0, message: 2000, errors: 300, hosts: 2000 },
  { tail: 0, message: 300, errors: 300, hosts: 1000 },
  { tail: 0, message: 300, errors: 100, hosts: 200 },
  { tail: 0, message: 200, errors: 10, hosts: 20 },
  { tail: 0, message: 100, errors: 1, hosts: 1 },
];
