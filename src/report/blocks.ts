import type { ErrorReport } from "./report.ts";
import type { Role, Theme } from "./theme.ts";
import type { Caller } from "./command-line.ts";
import { displayWidth, wrap } from "./width.ts";

export interface BlockOptions {
  readonly theme: Theme;
  /** Columns of the terminal, where there is one. */
  readonly width?: number | undefined;
  /** How the program was called: commands of it stay whole, so that they can be copied. */
  readonly caller?: Caller;
}

/** Every line of a text behind a prefix: how text that may come from a host is shown, so that it begins no line. */
export function prefixed(text: string, prefix: string): string[] {
  return text.split("\n").map((line) => `${prefix}${line}`.trimEnd());
}

/** A text behind a mark, wrapped; further lines start below its beginning. */
export function marked(text: string, [role, mark]: readonly [Role, string], options: BlockOptions, indent = 2): string[] {
  const used = indent + displayWidth(mark);
  const room = options.width === undefined ? undefined : options.width - used;
  const lines = text.split("\n").flatMap((line) => wrapAround(line, room, options.caller));
  const first = " ".repeat(indent) + options.theme(role, mark);
  return lines.map((line, at) => `${at === 0 ? first : " ".repeat(used)}${line}`.trimEnd());
}

/** Wrapped, but for the commands in it: what is broken in two cannot be pasted. */
export function wrapAround(text: string, room: number | undefined, caller: Caller | undefined): readonly string[] {
  const word = String.raw`(?:'[^']*'|[^\s'(]*[^\s'(.,;:])+`;
  const command = new RegExp(`(?<!\\S)${caller?.program ?? "symlink-helper"}(?: ${word})+`, "g");
  const held = text.replaceAll(command, (found) => found.replaceAll(" ", HELD));
  return wrap(held, room).map((line) => line.replaceAll(HELD, " "));
}

/** A character of nobody's that is as wide as a space. */
const HELD = "\ue000";

/** `label  value` lines, aligned; a value of several lines goes on below itself. Pairs without a value are left out. */
export function facts(pairs: readonly (readonly [label: string, value: string | null])[], theme: Theme, indent = 2): string[] {
  const said = pairs.filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== "");
  const width = Math.max(...said.map(([label]) => displayWidth(label)));
  return said.flatMap(([label, value]) =>
    value.split("\n").map((line, at) => {
      const shown = at === 0 ? theme("quiet", label) + " ".repeat(width - displayWidth(label)) : " ".repeat(width);
      return `${" ".repeat(indent)}${shown}  ${line}`.trimEnd();
    }),
  );
}

/** What went wrong, the last lines of output, and what to do: the same shape everywhere. Sanitized already. */
export function errorBlock(error: ErrorReport, options: BlockOptions, indent = 2): string[] {
  const bar = `${" ".repeat(indent)}${options.theme("quiet", "|")} `;
  return [
    ...marked(error.message, ["error", ""], options, indent),
    ...(error.output ?? []).flatMap((line) => prefixed(line, bar)),
    ...(error.remedy === "" ? [] : marked(error.remedy, ["title", "-> "], options, indent)),
  ];
}
