import { ArgumentScannerError, formatMessageForArgumentScannerError, text_en } from "@stricli/core";
import type { ApplicationText } from "@stricli/core";
import { closest } from "../config/suggest.ts";
import { kebab } from "./argv.ts";
import type { CommandSpec } from "./command.ts";

/** What Stricli says about a wrong command line, in our words. Each problem it finds is also passed on. */
export function usageText(command: CommandSpec | undefined, onProblem: (problem: string) => void): ApplicationText {
  const tell = (problem: string): string => {
    onProblem(problem);
    return problem;
  };
  return {
    ...text_en,
    exceptionWhileParsingArguments: (error) => tell(describe(error, command)),
    noCommandRegisteredForInput: ({ input }) => tell(`There is no command \`${input}\`.`),
  };
}

/** A word that was probably meant. */
export function hint(word: string, candidates: readonly string[]): string {
  const meant = closest(word, candidates);
  return meant === null ? "" : ` Did you mean \`${meant}\`?`;
}

function describe(error: unknown, command: CommandSpec | undefined): string {
  if (!(error instanceof ArgumentScannerError)) return error instanceof Error ? error.message : String(error);
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input }) =>
      `There is no option \`--${input}\`.${insteadOf(input, command) ?? hint(`--${input}`, optionNames(command))}`,
    AliasNotFoundError: ({ input }) => `There is no option \`-${input}\`.${longOf(input, command)}`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, exception }) => `${nameOf(name, command)} ${reason(exception)}.`,
    UnsatisfiedFlagError: ({ externalFlagName: name, nextFlagName: next }) =>
      `\`--${name}\` wants a value${next === undefined ? "" : `, not the option \`--${next}\``}.`,
    UnexpectedFlagError: ({ externalFlagName: name, previousInput, input }) =>
      `\`--${name}\` is given twice: \`${previousInput}\` and \`${input}\`.`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `\`${input}\` is one word too many: ${wordsOf(command, expectedCount)}.`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder} is missing.`,
  });
}

/** Options that other programs have, where ours is another command. */
function insteadOf(option: string, command: CommandSpec | undefined): string | null {
  if (!/^dry-?run$/i.test(option)) return null;
  if (command?.name === "deploy") return " What a deploy would do is shown by `plan`.";
  return command?.name === "rollback" ? " Where a rollback would go is shown by `status`." : null;
}

/** What a letter stands for elsewhere, where we have it under its name only. Letters are no options here: each may be a `--force` somewhere. */
function longOf(letter: string, command: CommandSpec | undefined): string {
  if (letter === "e" || letter === "E") return " The environment is a word of its own, without an option.";
  const names = optionNames(command);
  const usual = USUAL[letter]?.find((name) => names.includes(name));
  if (usual !== undefined) return ` Did you mean \`${usual}\`?`;
  if (letter === "n") return insteadOf("dry-run", command) ?? "";
  const begin = names.filter((name) => name.startsWith(`--${letter.toLowerCase()}`)).map((name) => `\`${name}\``);
  return begin.length === 0 ? "" : ` Did you mean ${begin.join(" or ")}?`;
}

const USUAL: Readonly<Record<string, readonly string[]>> = {
  C: ["--config"],
  H: ["--host", "--hosts"],
  V: ["--version"],
  f: ["--force"],
  n: ["--dry-run", "--lines", "--limit"],
  o: ["--out", "--to"],
  u: ["--as"],
  v: ["--verbose"],
};

function optionNames(command: CommandSpec | undefined): readonly string[] {
  const flags = Object.keys(command?.command.parameters.flags ?? {});
  return [...flags.map((name) => `--${kebab(name)}`), "--help", "--version"];
}

function nameOf(name: string, command: CommandSpec | undefined): string {
  return optionNames(command).includes(`--${name}`) ? `\`--${name}\`` : `The ${name}`;
}

function reason(exception: unknown): string {
  return exception instanceof Error ? exception.message : String(exception);
}

function wordsOf(command: CommandSpec | undefined, expected: number): string {
  if (command === undefined) return `${expected} expected`;
  return `usage is \`${command.name} ${command.usage}\``;
}
