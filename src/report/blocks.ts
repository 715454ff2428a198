import type { ErrorReport } from "./report.ts";
import type { Theme } from "./theme.ts";
import { padEnd, wrap } from "./width.ts";

/** Every line of a text behind a prefix: how text that may come from a host is shown, so that it begins no line. */
export function prefixed(text: string, prefix: string): string[] {
  return text.split("\n").map((line) => `${prefix}${line}`.trimEnd());
}

/** `label  value` lines, aligned; a value of several lines goes on below itself. Pairs without a value are left out. */
export function facts(pairs: readonly (readonly [label: string, value: string | null])[], theme: Theme, indent = 2): string[] {
  const said = pairs.filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== "");
  const width = Math.max(...said.map(([label]) => label.length));
  return said.flatMap(([label, value]) =>
    value.split("\n").map((line, at) => {
      const shown = at === 0 ? theme("quiet", padEnd(label, width)) : " ".repeat(width);
      return `${" ".repeat(indent)}${shown}  ${line}`.trimEnd();
    }),
  );
}

export interface BlockOptions {
  readonly theme: Theme;
  /** Columns of the terminal, where there is one. */
  readonly width?: number | undefined;
}

/** What went wrong, the last lines of output, and what to do: the same shape everywhere. Sanitized already. */
export function errorBlock(error: ErrorReport, { theme, width }: BlockOptions, indent = 2): string[] {
  const margin = " ".repeat(indent);
  const wrapped = (text: string, used: number): string =>
    text
      .split("\n")
      .flatMap((line) => wrap(line, width === undefined ? undefined : width - used))
      .join("\n");
  const output = (error.output ?? []).flatMap((line) => prefixed(line, `${margin}${theme("quiet", "|")} `));
  return [
    ...prefixed(wrapped(error.message, indent), margin),
    ...output,
    ...(error.remedy === "" ? [] : hanging(wrapped(error.remedy, indent + 3), margin, theme("title", "->"))),
  ];
}

function hanging(text: string, margin: string, mark: string): string[] {
  return text.split("\n").map((line, at) => `${margin}${at === 0 ? mark : "  "} ${line}`.trimEnd());
}
