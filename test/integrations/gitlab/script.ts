import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { root } from "../../../scripts/files.mjs";

export const TEMPLATES = ["deploy", "rollback", "stop"] as const;

type Template = (typeof TEMPLATES)[number];

interface Job {
  readonly script: readonly string[];
  readonly after_script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

interface Header {
  readonly spec: {
    readonly inputs: Readonly<
      Record<string, { readonly default?: string | boolean | readonly object[]; readonly description?: string }>
    >;
  };
}

/** The inputs of a template, and the job that it makes. */
export function templateOf(name: Template): { readonly inputs: Header["spec"]["inputs"]; readonly job: Job } {
  const documents = parseAllDocuments(readFileSync(join(root, `templates/${name}.yml`), "utf8"));
  const wrong = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
  if (wrong.length > 0) throw new Error(`templates/${name}.yml: ${wrong.join(", ")}`);
  const [header, body] = documents.map((each) => each.toJS());
  const job = Object.values<Job>(body).at(-1);
  if (job === undefined) throw new Error(`templates/${name}.yml makes no job`);
  return { inputs: (header as Header).spec.inputs, job };
}

/** The shell text of a job, as it is: no input is in it. */
export function scriptOf(name: Template): string {
  return templateOf(name).job.script.join("\n");
}

/** The variables of a job, made from these inputs and what is the default for the others. */
export function variablesOf(name: Template, given: Readonly<Record<string, string>>): Record<string, string> {
  const { inputs, job } = templateOf(name);
  const value = (input: string): string => given[input] ?? textOf(inputs[input]?.default);
  const filled = Object.entries(job.variables).map(([key, text]): [string, string] => [
    key,
    text.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/gu, (_, input: string) => value(input)),
  ]);
  return Object.fromEntries(filled);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
