import { facts } from "../blocks.ts";
import { commandLine } from "../command-line.ts";
import type { Outcome, Report } from "../report.ts";
import { sanitizeBlock } from "../sanitize.ts";
import type { SummaryOptions } from "../summary.ts";
import { agreed, hostsInDoubt } from "./hosts.ts";

/** Where the errors do not say it already: the commands that lead on. */
export function nextSection(report: Report, options: SummaryOptions): readonly string[] {
  const { theme, caller } = options;
  const pairs = stepsOf(report, options).map(
    (step) => [step.to, theme("command", sanitizeBlock(commandLine(caller, step.words)))] as const,
  );
  return pairs.length === 0 ? [] : ["", ...facts(pairs, theme)];
}

interface Step {
  readonly to: string;
  readonly words: readonly string[];
}

type Asked = readonly string[];

function stepsOf(report: Report, { asked = [] }: SummaryOptions): readonly Step[] {
  return steps[report.outcome](report, asked);
}

const none = (): readonly Step[] => [];

// A new outcome without an entry does not compile.
const steps: { readonly [Each in Outcome]: (report: Report, asked: Asked) => readonly Step[] } = {
  partial: (report, asked) => [
    lookStep(report),
    ...(isSomebodyElses(report) ? [{ to: "who it was", words: ["history", report.environment] }] : []),
    ...backStep(report),
    forwardStep(report, asked),
  ],
  interrupted: (report, asked) => [...doubtStep(report), forwardStep(report, asked)],
  unchanged: ({ command, environment }, asked) =>
    command === "deploy" && !asked.includes("--only-behind")
      ? [{ to: "deploy anyway", words: ["deploy", environment, ...asked, "--force"] }]
      : [],
  done: ({ command, environment }) =>
    command === "lock acquire" ? [{ to: "release it", words: ["lock", "release", environment] }] : [],
  deployed: none,
  "rolled-back": none,
  locked: none,
  returned: doubtStep,
  failed: doubtStep,
  invalid: none,
};

function lookStep({ environment }: Report): Step {
  return { to: "look again", words: ["status", environment] };
}

/** What still runs from another release, `status` shows. */
function doubtStep(report: Report): readonly Step[] {
  return hostsInDoubt(report.hosts).length === 0 ? [] : [lookStep(report)];
}

function forwardStep({ command, environment }: Report, asked: Asked): Step {
  return { to: "try again", words: [...command.split(" "), environment, ...asked] };
}

function backStep(report: Report): readonly Step[] {
  const before = agreed(report.hosts, (host) => host.previous);
  if (before === undefined || before === null || isSomebodyElses(report)) return [];
  return [{ to: "all back", words: ["rollback", report.environment, "--to", before] }];
}

/** Where all that is live was made live by others since, going back would undo their work. */
function isSomebodyElses({ hosts, release }: Report): boolean {
  return hosts.length > 0 && hosts.every((host) => host.liveKnown && host.live !== release && host.live !== host.previous);
}
