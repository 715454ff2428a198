import type { ErrorReport } from "./report.ts";
import type { Theme } from "./theme.ts";
import { padEnd } from "./width.ts";

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

/** What went wrong, the last lines of output, and what to do: the same shape everywhere. Sanitized already. */
export function errorBlock(error: ErrorReport, theme: Theme, indent = 2): string[] {
  const margin = " ".repeat(indent);
  const output = (error.output ?? []).flatMap((line) => prefixed(line, `${margin}${theme("quiet", "|")} `));
  return [
    ...prefixed(error.message, margin),
    ...output,
    ...(error.remedy === "" ? [] : prefixed(error.remedy, `${margin}${theme("title", "->")} `)),
  ];
}
