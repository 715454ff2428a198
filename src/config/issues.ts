import type { BaseIssue } from "valibot";
import { type Path, formatPath, quoted } from "./path.ts";
import { type Problem, problem } from "./problem.ts";
import type { Place } from "./places.ts";
import { didYouMean } from "./suggest.ts";

/** Puts what the schema found into plain words. `path` is where the value was written, `place` what is known of it there. */
export function issueProblem(issue: BaseIssue<unknown>, path: Path, place: Place | null): Problem {
  const name = String(path.at(-1) ?? "");
  if (issue.type === "never") return problem(path, unknownKey(path, name, issue.message.split(" ")), "key");
  if (isMissing(issue)) return problem(path, `\`${formatPath(path)}\` is missing`, "key");
  if (isAboutKey(issue)) return problem(path, `${nameSubject(path, name, issue.message)} ${issue.message}`, "key");
  const on = issue.message.startsWith("must ") ? "value" : "key";
  return problem(path, `${subject(path)} ${withValue(issue.message, place, issue.input)}`, on);
}

/** The path in an issue of the schema. */
export function issuePath(issue: BaseIssue<unknown>): Path {
  return (issue.path ?? []).map((item) => item.key as string | number);
}

/** Whether a key that has to be there is not. */
export function isMissing(issue: BaseIssue<unknown>): boolean {
  return isAboutKey(issue) && issue.kind === "schema" && issue.type === "object_with_rest";
}

function isAboutKey(issue: BaseIssue<unknown>): boolean {
  return issue.path?.at(-1)?.origin === "key";
}

function subject(path: Path): string {
  return path.length === 0 ? "The file" : `\`${formatPath(path)}\``;
}

function nameSubject(path: Path, name: string, message: string): string {
  return message.startsWith("must ") ? `The name ${quoted(name)}${inside(path)}` : subject(path);
}

function inside(path: Path): string {
  return path.length > 1 ? ` in \`${formatPath(path.slice(0, -1))}\`` : "";
}

function unknownKey(path: Path, name: string, known: readonly string[]): string {
  const suggestion = didYouMean(name, known);
  const where = path.length > 1 ? `\`${formatPath(path.slice(0, -1))}\`` : "the file";
  return `There is no setting ${quoted(name)}${inside(path)}${suggestion || `\nKeys of ${where}: ${known.join(", ")}.`}`;
}

// "must be 5" says more together with what it is; "must not begin with `-`" can be seen.
function withValue(message: string, place: Place | null, value: unknown): string {
  const [sentence = "", ...hint] = message.split("\n");
  const is = /^must be (?!.*, but is )/u.test(sentence) ? `, but is ${described(place, value)}` : "";
  return [sentence + is, ...hint].join("\n");
}

function described(place: Place | null, value: unknown): string {
  if (value === null || value === undefined) return place?.plain ? `\`${place.plain}\`, which is nothing in YAML` : "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? quoted(value) : quoted(place?.plain ?? JSON.stringify(value)).slice(1, -1);
}
