import { commandLine } from "../command-line.ts";
import type { Outcome, Report } from "../report.ts";
import type { SummaryOptions } from "../summary.ts";
import { padEnd } from "../width.ts";
import { agreed } from "./hosts.ts";

/** Where the errors do not say it already: the commands that lead out. */
export function nextSection(report: Report, options: SummaryOptions): readonly string[] {
  const steps = stepsOf(report).map((step) => ({ ...step, line: commandLine(options.caller, step.words) }));
  if (steps.length === 0) return [];
  const width = Math.max(...steps.map((step) => step.line.length));
  const lines = steps.map((step) => `    ${options.theme("command", padEnd(step.line, width))}  ${step.why}`);
  return ["", `  ${options.theme("title", "What to do")}`, ...lines];
}

interface Step {
  readonly words: readonly string[];
  readonly why: string;
}

function stepsOf(report: Report): readonly Step[] {
  return steps[report.outcome](report, report.environment);
}

const none = (): readonly Step[] => [];

// A new outcome without an entry does not compile.
const steps: { readonly [Each in Outcome]: (report: Report, environment: string) => readonly Step[] } = {
  partial: (report, environment) => [
    { words: ["status", environment], why: "look at every host again" },
    ...backStep(report),
    forwardStep(report),
  ],
  interrupted: (report) => [forwardStep(report)],
  locked: (_, environment) => [{ words: ["lock", "status", environment], why: "who holds it, since when and why" }],
  unchanged: ({ command }, environment) =>
    command === "deploy" ? [{ words: ["deploy", environment, "--force"], why: "deploy all the same" }] : [],
  done: ({ command }, environment) =>
    command === "lock acquire" ? [{ words: ["lock", "release", environment], why: "when you are done" }] : [],
  deployed: none,
  "rolled-back": none,
  returned: none,
  failed: none,
  invalid: none,
};

function forwardStep(report: Report): Step {
  return { words: [...report.command.split(" "), report.environment], why: "try again" };
}

function backStep(report: Report): readonly Step[] {
  const before = agreed(report.hosts, (host) => host.previous);
  if (before === undefined || before === null) return [];
  return [{ words: ["rollback", report.environment, "--to", before], why: "put every host on what was live before" }];
}
