import { commandLine } from "../command-line.ts";
import type { InitDocument } from "../init-document.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { padEnd, wrap } from "../width.ts";
import type { DocumentOptions } from "./options.ts";

/** What was written, what to know, and what to type next. */
export function initLines(raw: InitDocument, { theme, caller, width = 100 }: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const { environment, commit, file } = document;
  const command = (...words: string[]): string => commandLine(caller, words);
  const shared = (path: string): string => command("shared", "put", path, environment, "--from", local(path, environment));
  const first = commit ? [["git add --all && git commit -m 'First'", "only what is committed is deployed"] as const] : [];
  const next = [
    ...first,
    [command("deploy", "local"), "try it on this machine, in a scratch folder"] as const,
    [command("setup", environment), `make the folders in ${document.root}`] as const,
    ...document.sharedFiles.map((path) => [shared(path), `the ${path} of ${environment}, on every host`] as const),
    [command("check", environment), "everything that would stop a deploy"] as const,
    [command("deploy", environment), "and `plan` instead shows what it would do"] as const,
  ];
  const longest = Math.max(...next.map(([typed]) => typed.length));
  return [
    theme("title", `${file ?? "symlink-helper.yaml"} is written: ${document.title}`),
    ...remarks(document).flatMap((text) => wrap(`  ${text}`, width)),
    "",
    "Read it, adapt it, then type:",
    ...next.map(([typed, why]) => `  ${padEnd(typed, longest)}  # ${why}`),
  ];
}

function remarks({ placeholders, environment, notes, schemaFile }: InitDocument): readonly string[] {
  return [
    ...(schemaFile === null ? [] : [`${schemaFile} is beside it: by it editors check and complete what you type.`]),
    ...(placeholders ? [`No host was named: put one into environments.${environment}.hosts before you deploy there.`] : []),
    ...notes,
  ];
}

/** Where a developer is likely to have it: next to his own `.env`, or (a key of Rails) in the very place. */
function local(path: string, environment: string): string {
  return /(?:^|\/)\.env[^/]*$/u.test(path) ? `${path}.${environment}` : path;
}
