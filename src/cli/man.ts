import type { CommandSpec } from "./command.ts";
import { EXIT_CODES, GLOBAL, ownFlagRows } from "./help.ts";

/** The manual page, in roff: what `--help` says of all commands, in one text. */
export function manualPage(commands: readonly CommandSpec[], version: string): string {
  const lines = [
    `.TH SYMLINK-HELPER 1 "" "symlink-helper ${version}" "User Commands"`,
    ...section("NAME", ["symlink\\-helper \\- deploys web applications to your own machines"]),
    ...section("SYNOPSIS", [
      ".B symlink\\-helper",
      ".I COMMAND",
      "[\\fIenvironment\\fR] [\\fIoptions\\fR]",
      ".PP",
      ".B slh",
      "is the same.",
    ]),
    ...section("DESCRIPTION", DESCRIPTION.map(text)),
    ...section("COMMANDS", commands.flatMap(commandLines)),
    ...section(
      "OPTIONS OF EVERY COMMAND",
      GLOBAL.flatMap(([name, brief]) => entry(bold(name), [text(brief)])),
    ),
    ...section(
      "EXIT STATUS",
      EXIT_CODES.flatMap(([code, meaning]) => entry(bold(code), [text(meaning)])),
    ),
    ...section(
      "FILES",
      FILES.flatMap(([file, what]) => entry(`\\fI${text(file)}\\fR`, [text(what)])),
    ),
    ...section("ENVIRONMENT", entry(bold("NO_COLOR"), [text("No colours, whatever its value.")])),
    ...section("SEE ALSO", ["\\fBssh\\fR(1), \\fBgit\\fR(1)"]),
  ];
  return `${lines.join("\n")}\n`;
}

const DESCRIPTION = [
  "Each deploy is a directory of its own, releases/ID, and one symbolic link, current, says which of them is served; it is replaced in one system call. Several hosts are one transaction: all of them serve the new version in the end, or all of them what they served before. Hosts need an SSH server and a POSIX shell.",
];

const FILES: readonly (readonly [file: string, what: string])[] = [
  ["symlink-helper.yaml", "The configuration: in the current directory, or the nearest one above it that has one."],
  ["~/.cache/symlink-helper", "Copies of remote repositories, and ids of releases for completions. May be deleted."],
];

function section(name: string, lines: readonly string[]): readonly string[] {
  return [`.SH ${name.includes(" ") ? `"${name}"` : name}`, ...lines];
}

function commandLines(spec: CommandSpec): readonly string[] {
  return [
    `.SS "${text(spec.name)}"`,
    `.B symlink\\-helper ${text(spec.name)}`,
    text(spec.usage),
    ".PP",
    text(`${spec.brief}. ${spec.description}`),
    ...ownFlagRows(spec).flatMap(([name, brief]) => entry(bold(name), [text(brief)])),
    ...spec.examples.flatMap(({ type, to }) => [
      ".PP",
      text(`${to}:`),
      ".PP",
      ".RS",
      ".nf",
      text(`symlink-helper ${type}`),
      ".fi",
      ".RE",
    ]),
  ];
}

function entry(head: string, lines: readonly string[]): readonly string[] {
  return [".TP", head, ...lines];
}

function bold(words: string): string {
  return `\\fB${text(words)}\\fR`;
}

/** A text as roff takes it literally: no escapes, no hyphens that become dashes, and no line that begins as a request. */
function text(words: string): string {
  const escaped = words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("`", "\\(ga");
  return escaped.replaceAll("'", "\\(aq").replaceAll('"', "\\(dq").replaceAll("~", "\\(ti").replace(/^\./u, "\\&.");
}
