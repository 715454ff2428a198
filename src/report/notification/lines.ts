import { someHosts } from "../group.ts";
import type { NotificationDocument } from "../notification-document.ts";
import type { CommitList, Outcome, Report } from "../report.ts";
import { sanitize } from "../sanitize.ts";
import { allAsBefore, hostsInDoubt } from "../summary/hosts.ts";
import { count, formatDuration } from "../units.ts";

/** A line of what people are told. */
export interface Line {
  /** Safe to show; may hold what others wrote. */
  readonly text: string;
  /** The first; an address that people follow; or a command that they copy. */
  readonly is?: "headline" | "address" | "command";
}

/** How a run ended, for people, the most important first: it may be cut off behind any line. */
export function notificationLines(document: NotificationDocument): readonly Line[] {
  const { report, by, origin, runUrl, message } = document;
  return [
    { text: headlineOf(report), is: "headline" as const },
    ...failures(report).map(plain),
    ...(runUrl === null ? [] : [{ text: runUrl, is: "address" as const }]),
    ...backLines(report),
    plain(`by ${by}${runUrl === null ? ` on ${origin}` : ""}${message === "" ? "" : `: ${message}`}`),
    ...commitLines(report).map(plain),
  ].map((line) => (line.is === "address" ? line : { ...line, text: cut(line.text) }));
}

/** One sentence: what happened to what. */
export function headlineOf(report: Report): string {
  const { app, environment, durationMs } = report;
  return cut(`${app} ${environment}: ${endings[report.outcome](report)} (${formatDuration(durationMs)})`);
}

type Write = (report: Report) => string;

const ended: Write = ({ command, outcome }) => `${command}: ${outcome}`;

// A new outcome without a text does not compile.
const endings: { readonly [Each in Outcome]: Write } = {
  deployed: ({ release, previous }) => `deployed ${release}${previous === null ? "" : `, before it was ${previous}`}`,
  "rolled-back": ({ release, previous }) => `rolled back to ${release}${previous === null ? "" : ` from ${previous}`}`,
  returned: ({ release, previous, hosts }) =>
    `${release} was live, failed and was taken back${previous === null ? "" : ` to ${previous}`}${doubt(hosts)}`,
  failed: (report) => `${report.command} failed${asBefore(report)}`,
  partial: ({ command }) => `${command} ended with hosts that differ or are not known: a person must look`,
  interrupted: (report) => `${report.command} was interrupted${asBefore(report)}`,
  unchanged: ended,
  locked: ended,
  invalid: ended,
  done: ended,
};

/** Only what was read back is said. */
function asBefore({ hosts }: Report): string {
  if (hosts.length === 0 || !allAsBefore(hosts)) return "";
  return doubt(hosts) || ", every host serves what it served before";
}

function doubt(hosts: Report["hosts"]): string {
  const unsure = hostsInDoubt(hosts);
  return unsure.length === 0 ? "" : `, but ${someHosts(unsure)} may not serve what \`current\` says`;
}

/** What went wrong, one line for each host. */
function failures({ hosts, error }: Report): readonly string[] {
  const whole = error === null ? [] : [`error: ${error.message}`];
  const skipped = hosts.filter(({ outcome }) => outcome === "skipped").map(({ host }) => `${host}: skipped`);
  const failed = hosts.flatMap(({ host, outcome, error: why }) =>
    why === null || outcome === "skipped" ? [] : [`${host}: ${why.message}`],
  );
  const more = failed.length - MOST_HOSTS;
  return [
    ...whole,
    ...skipped.slice(0, MOST_HOSTS),
    ...failed.slice(0, MOST_HOSTS),
    ...(more > 0 ? [`and ${count(more, "other host")} that failed`] : []),
  ];
}

function backLines({ goBack }: Report): readonly Line[] {
  if (goBack === undefined || goBack === null || goBack.command === "") return [];
  return [{ text: goBack.command, is: "command" }];
}

function commitLines({ revision, commits }: Report): readonly string[] {
  if (revision === null) return [];
  const head = `revision ${revision.slice(0, revision.startsWith("sha256:") ? 19 : 7)}`;
  if (commits === undefined || commits === null) return [head];
  const { added, removed } = commits;
  const parts = [
    ...(added.count > 0 ? [count(added.count, "commit")] : []),
    ...(removed.count > 0 ? [`${removed.count} taken out`] : []),
  ];
  return [[head, ...parts].join(", "), ...newest(added)];
}

function newest({ count: all, newest: known }: CommitList): readonly string[] {
  const shown = known.slice(0, MOST_COMMITS);
  const rest = all - shown.length;
  const lines = shown.map(({ commit, subject }) => `- ${commit.slice(0, 7)} ${cut(subject, LONGEST_SUBJECT)}`);
  return [...lines, ...(rest > 0 && shown.length > 0 ? [`- and ${rest} more`] : [])];
}

const plain = (text: string): Line => ({ text });

/** One line without anything that a terminal or a chat would obey as control, not too long. */
function cut(text: string, most: number = LONGEST): string {
  const line = sanitize(text.trim().split("\n", 1)[0] ?? "");
  const characters = Array.from(line);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}

const LONGEST = 240;
const LONGEST_SUBJECT = 80;
const MOST_HOSTS = 5;
const MOST_COMMITS = 5;
