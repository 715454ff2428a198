import type { ErrorReport } from "../report.ts";
import { type Case, document } from "./junit.ts";

/** What the answers of commands that look have in common, as far as they have it. */
interface Answer {
  readonly app?: string;
  readonly environment?: string;
  readonly hosts?: readonly Host[];
}

interface Host {
  readonly host: string;
  readonly error?: ErrorReport | null;
  /** Of `check`: what was found. */
  readonly findings?: readonly { readonly level?: string; readonly text?: string; readonly remedy?: string }[];
  /** Of `plan`: what is in the way. */
  readonly problems?: readonly string[];
}

/** The answer of a command that looks as JUnit XML: a case for each host, and one for the whole where that is not well and no host says why. */
export function junitOfAnswer(
  command: string,
  answer: object,
  well: boolean,
  times: { readonly startedAt: string; readonly durationMs: number },
): string {
  const { app = "", environment = "", hosts = [] } = answer as Answer;
  const cases = hosts.map((host): Case => ({ host: host.host, name: command, ms: 0, failure: failureOf(command, host) }));
  const said = cases.some(({ failure }) => failure !== null);
  const whole = { host: "", name: command, ms: times.durationMs, failure: well || said ? null : NOT_WELL };
  return document({ app, environment, command, ...times }, [whole, ...cases]);
}

function failureOf(command: string, { error, findings = [], problems = [] }: Host): ErrorReport | null {
  if (error !== undefined && error !== null) return error;
  const found = [
    ...problems.map((text) => ({ text, remedy: "" })),
    ...findings.flatMap(({ level, text = "", remedy = "" }) => (level === "problem" ? [{ text, remedy }] : [])),
  ];
  if (found.length === 0) return null;
  const texts = found.map(({ text, remedy }) => (remedy === "" ? text : `${text}\n  -> ${remedy}`));
  return { kind: command, message: texts.join("\n"), remedy: "" };
}

const NOT_WELL: ErrorReport = {
  kind: "not-well",
  message: "Not everything is as it should be: see what was printed.",
  remedy: "",
};
