import type { ErrorReport, HostReport, Outcome, Report } from "../report.ts";
import { cut } from "./cut.ts";
import { headlineOf } from "./headline.ts";
import { element, text } from "./xml.ts";

/**
 * The report as JUnit XML, for CI systems that show test results: one suite for the run, one case for each phase of each host, what
 * failed with what happened, what to do and the last lines of output. Jenkins refuses a file without cases, so there is always one.
 */
export function junitOfReport(report: Report): string {
  const cases = report.hosts.flatMap((host) => casesOfHost(report, host));
  return document(report, cases.length > 0 && hasAll(report, cases) ? cases : [ofTheWhole(report), ...cases]);
}

interface Suite {
  readonly app: string;
  readonly environment: string;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface Case {
  /** Empty: of the run as a whole. */
  readonly host: string;
  readonly name: string;
  readonly ms: number;
  readonly failure: ErrorReport | null;
  /** Why it was not done at all. */
  readonly skipped?: string;
}

/** One suite of those cases. */
export function document(suite: Suite, cases: readonly Case[]): string {
  const place = [suite.app, suite.environment].filter((part) => part !== "");
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== null).length,
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
    time: seconds(suite.durationMs),
  };
  const name = [suite.command, ...place].join(" ");
  const inside = cases.map((each) => `\n    ${caseElement([...place, each.host].filter((part) => part !== "").join("."), each)}`);
  // Without a zone and in whole seconds, as the schema has it.
  const timestamp = suite.startedAt.slice(0, 19);
  const { skipped: _, ...ofAll } = counts;
  const body = element("testsuite", { name, timestamp, ...counts }, [...inside, "\n  "]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name: "symlink-helper", ...ofAll }, [`\n  ${body}\n`])}\n`;
}

function caseElement(classname: string, { name, ms, failure, skipped }: Case): string {
  const failed =
    failure === null
      ? []
      : [
          element("failure", { message: cut(firstLine(failure.message), LONGEST_ATTRIBUTE), type: failure.kind }, [
            body(failure),
          ]),
        ];
  const left = skipped === undefined ? [] : [element("skipped", { message: cut(skipped, LONGEST_ATTRIBUTE) })];
  return element("testcase", { classname: classname === "" ? "symlink-helper" : classname, name, time: seconds(ms) }, [
    ...failed,
    ...left,
  ]);
}

/** What happened, the last lines of output, what to do. */
function body({ message, remedy, output = [] }: ErrorReport): string {
  const lines = [
    cut(message, LONGEST_TEXT),
    ...output.map((line) => `| ${cut(line, LONGEST_LINE)}`),
    ...(remedy === "" ? [] : [`-> ${cut(remedy, LONGEST_TEXT)}`]),
  ];
  return text(lines.join("\n"));
}

function casesOfHost({ command, outcome }: Report, host: HostReport): readonly Case[] {
  if (host.outcome === "skipped")
    return [
      { host: host.host, name: command, ms: 0, failure: null, skipped: host.error?.message ?? "The run went on without it." },
    ];
  const { error } = host;
  const failedAt = error === null ? null : (error.phase ?? command);
  const last = host.phases.findLastIndex(({ name }) => name === failedAt);
  const times = new Map<string, number>();
  const phases = host.phases.map(({ name, ms }, at): Case => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return { host: host.host, name: time === 1 ? name : `${name} (${time})`, ms, failure: at === last ? error : null };
  });
  if (error !== null && last === -1) return [...phases, { host: host.host, name: failedAt ?? command, ms: 0, failure: error }];
  return phases.length > 0 || !WELL.has(outcome) ? phases : [{ host: host.host, name: command, ms: 0, failure: null }];
}

/** Whether the cases of the hosts say all there is to say: a run that did not end well must have one that failed. */
function hasAll({ outcome, error }: Report, cases: readonly Case[]): boolean {
  return error === null && (WELL.has(outcome) || cases.some(({ failure }) => failure !== null));
}

function ofTheWhole(report: Report): Case {
  const { command, outcome, durationMs, error } = report;
  const ended = WELL.has(outcome) ? null : { kind: outcome, message: headlineOf(report), remedy: "" };
  return { host: "", name: command === "" ? "symlink-helper" : command, ms: durationMs, failure: error ?? ended };
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

const WELL: ReadonlySet<Outcome> = new Set(["deployed", "rolled-back", "unchanged", "done"]);
const LONGEST_ATTRIBUTE = 500;
const LONGEST_LINE = 2000;
const LONGEST_TEXT = 20_000;
