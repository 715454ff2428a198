import type { PipelineDocument } from "../pipeline-document.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { wrap } from "../width.ts";
import type { DocumentOptions } from "./options.ts";

/** What was written, what to know, and what to set where, step by step. */
export function pipelineLines(raw: PipelineDocument, { theme, width = 100 }: DocumentOptions): readonly string[] {
  const { files, environments, notes, steps } = sanitizeDeep(raw);
  const paths = files.map(({ path }) => path).join(" and ");
  return [
    theme("title", `${paths} ${files.length === 1 ? "is" : "are"} written: one build, then ${environments.join(", then ")}`),
    ...notes.flatMap((text) => wrap(`  ${text}`, width)),
    "",
    "Before it can run:",
    ...steps.flatMap(({ title, lines }, at) => [
      "",
      ...wrap(`${at + 1}. ${title}`, width),
      // To be pasted: never broken into several lines.
      ...lines.map((line) => `     ${line}`),
    ]),
    "",
    "Read it, adapt it, commit it.",
  ];
}

/** The files themselves, each with its name above where there are several. */
export function pipelineTexts({ files }: PipelineDocument): readonly string[] {
  const [only, ...more] = files;
  if (only === undefined || more.length === 0) return (only?.text ?? "").trimEnd().split("\n");
  return files.flatMap(({ path, text }, at) => [...(at === 0 ? [] : [""]), `# ${path}`, ...text.trimEnd().split("\n")]);
}
