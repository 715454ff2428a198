import type { CommandSpec } from "./command.ts";
import { kebab } from "./argv.ts";
import { globalFlags } from "./options.ts";
import { padEnd, wrap } from "../report/width.ts";

/** What `--help` shows without a command. */
export function rootHelp(program: string, commands: readonly CommandSpec[]): string {
  return lines([
    ...wrap("Deploys web applications to your own machines: releases, one atomic symbolic link, and a way back.", WIDTH),
    "",
    "Usage",
    `  ${program} COMMAND [environment] [options]`,
    "",
    "Commands",
    ...columns(commands.map((command) => [command.name, command.brief])),
    "",
    "Options of every command",
    ...columns(GLOBAL),
    "",
    "Exit codes",
    ...columns(EXIT_CODES),
    "",
    `Type \`${program} COMMAND --help\` for the options of a command, and examples.`,
  ]);
}

/** What `COMMAND --help` shows. */
export function commandHelp(program: string, spec: CommandSpec): string {
  const own = ownFlagRows(spec);
  return lines([
    spec.brief,
    "",
    "Usage",
    `  ${program} ${spec.name} ${spec.usage}`,
    "",
    ...wrap(spec.description, WIDTH),
    ...(own.length === 0 ? [] : ["", "Options", ...columns(own)]),
    "",
    "Options of every command",
    ...columns(GLOBAL),
    "",
    "Examples",
    ...spec.examples.flatMap((example) => [`  ${example.to}:`, `    ${program} ${example.type}`]),
  ]);
}

type Row = readonly [left: string, right: string];

/** The options of a command that not every command has. */
export function ownFlagRows(spec: CommandSpec): readonly Row[] {
  return flagRows(spec).filter(([name]) => !GLOBAL.some(([other]) => other === name));
}

function flagRows(spec: CommandSpec): readonly Row[] {
  const { flags = {}, aliases = {} } = spec.command.parameters;
  return Object.entries(flags).map(([name, flag]) => {
    const letter = Object.entries(aliases).find(([, target]) => target === name)?.[0];
    return flagRow(letter === undefined ? `--${kebab(name)}` : `-${letter}, --${kebab(name)}`, flag);
  });
}

function flagRow(name: string, flag: { readonly brief: string; readonly placeholder?: string }): Row {
  return [flag.placeholder === undefined ? name : `${name} ${flag.placeholder}`, flag.brief];
}

function columns(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${padEnd(left, width)}  ${right}`);
}

function lines(text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}

/** The options of every command. */
export const GLOBAL: readonly Row[] = [
  ...Object.entries(globalFlags).map(([name, flag]) => flagRow(`--${kebab(name)}`, flag)),
  ["-h, --help", "Show this"],
  ["--version", "Show the version"],
];

const WIDTH = 80;

export const EXIT_CODES: readonly Row[] = [
  ["0", "done, or nothing to do"],
  ["1", "failed, every host serves what it served before"],
  ["2", "the command line or the configuration is wrong"],
  ["3", "somebody holds the lock"],
  ["4", "hosts differ, a person must look"],
  ["5", "the new release was live, failed after that, and was taken back"],
  ["130", "interrupted, every host serves what it served before"],
];
