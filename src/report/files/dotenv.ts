import type { Report } from "../report.ts";

/**
 * How a command ended, as variables for the jobs that follow in a pipeline: a line `NAME=value` for each, always the same names, so that
 * nothing of an earlier deploy of the same pipeline stays. Who reads such files differs in what they make of spaces, quotes and `$`:
 * a value that has any is left empty.
 */
export function dotenvOfReport(report: Report): string {
  const { command, environment, outcome, release, previous, revision, tree, warnings } = report;
  return lines({
    COMMAND: command.replaceAll(" ", "-"),
    ENVIRONMENT: environment,
    OUTCOME: outcome,
    RELEASE: release,
    PREVIOUS_RELEASE: previous,
    REVISION: revision,
    TREE: tree,
    WARNINGS: String(warnings.length),
  });
}

/** The answer of a command that looks: of what a report has, what it has. */
export function dotenvOfAnswer(command: string, answer: object, well: boolean): string {
  const { environment = null, outcome = well ? "done" : "failed", revision = null, tree = null } = answer as Answer;
  const text = { COMMAND: command.replaceAll(" ", "-"), ENVIRONMENT: environment, OUTCOME: outcome };
  return lines({ ...text, RELEASE: null, PREVIOUS_RELEASE: null, REVISION: revision, TREE: tree, WARNINGS: null });
}

interface Answer {
  readonly environment?: string;
  readonly outcome?: string;
  readonly revision?: string | null;
  readonly tree?: string | null;
}

function lines(values: Readonly<Record<string, string | null>>): string {
  const named = Object.entries(values).map(([name, value]) => `DEPLOY_${name}=${PLAIN.test(value ?? "") ? (value ?? "") : ""}\n`);
  return named.join("");
}

const PLAIN = /^[\w.:@%+/,=~-]{0,500}$/u;
