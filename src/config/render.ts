import { type Diagnostic, inOrder } from "./diagnostics.ts";

/**
 * The problems of a configuration as plain text for people, in the order of the file: for each the place as
 * `file:line:column`, what is wrong, the offending lines underlined, and what to do. Ends with a line break unless empty.
 * Control characters of the file or of a name are never printed raw.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return inOrder(diagnostics)
    .map((diagnostic) => [heading(diagnostic), ...excerpt(diagnostic), ...hint(diagnostic)].join("\n"))
    .map((block) => `${block}\n`)
    .join("\n");
}

/** What one of them says, in one text without its place, as safe to show as the rest. */
export function diagnosticText(diagnostic: Diagnostic): string {
  return [
    visible(withoutPasswords(setting(diagnostic) + diagnostic.message)),
    ...hint(diagnostic).map((line) => line.trim()),
  ].join("\n");
}

function heading(diagnostic: Diagnostic): string {
  const place = diagnostic.line === 0 ? "" : `:${diagnostic.line}:${diagnostic.column}`;
  return `${visible(diagnostic.file)}${place}: ${diagnostic.severity}: ${visible(withoutPasswords(setting(diagnostic) + diagnostic.message))}`;
}

// Where no line can be shown, the name of the setting is all there is.
function setting({ line, path, message }: Diagnostic): string {
  return line > 0 || path === "" || message.includes(`\`${path}\``) ? "" : `\`${path}\`: `;
}

function excerpt(diagnostic: Diagnostic): readonly string[] {
  const width = String(diagnostic.line + diagnostic.source.length).length;
  return diagnostic.source.flatMap((text, index) => {
    const number = diagnostic.line + index;
    const [line, marks] = underlined(withoutPasswords(text), ...markedColumns(diagnostic, text, number));
    return [`  ${String(number).padStart(width)} | ${line}`, `  ${" ".repeat(width)} | ${marks}`];
  });
}

/** Which part of one of its lines a diagnostic is about, as offsets. */
function markedColumns(diagnostic: Diagnostic, line: string, number: number): [from: number, to: number] {
  const from = number === diagnostic.line ? diagnostic.column - 1 : line.search(/\S|$/u);
  const to = number === diagnostic.endLine ? diagnostic.endColumn - 1 : line.trimEnd().length;
  return [from, to];
}

const WIDEST = 160;
const BEFORE = 60;

/** The line, or what surrounds the offending part of a very long one, and the carets to go below it. */
function underlined(text: string, from: number, to: number): [line: string, marks: string] {
  const start = text.length > WIDEST ? Math.max(0, from - BEFORE) : 0;
  const line = text.slice(start, start + WIDEST);
  const marks = line.slice(from - start, to - start).replaceAll(/./gsu, "^");
  return [visible(line), padding(line.slice(0, from - start)) + (marks || "^")];
}

// Tabs stay, so that the carets stand below what they mean however wide the terminal makes a tab.
function padding(before: string): string {
  return before.replaceAll(/[^\t]/gu, " ");
}

function hint(diagnostic: Diagnostic): readonly string[] {
  return diagnostic.hint === null ? [] : diagnostic.hint.split("\n").map((line) => `  ${visible(line)}`);
}

/** What stands before the machine of a web address may be a password or a token: logs of CI show what we print. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/(?<=https?:\/\/)[^\s/'"]+(?=@)/giu, (secret) => "*".repeat(secret.length));
}

// One character for one, or the carets would not fit.
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => (character === "\t" ? character : "\uFFFD"));
}
