import { errorBlock } from "../blocks.ts";
import type { BlockOptions } from "../blocks.ts";
import type { ErrorReport } from "../report.ts";
import { type Trouble, troublesOf } from "../summary/errors.ts";
import { wrap } from "../width.ts";

/** Hosts that could not be asked, and why: below every table, so that a table never looks complete when it is not. */
export function unreachedLines(
  hosts: readonly { readonly host: string; readonly error: ErrorReport | null }[],
  options: BlockOptions,
): string[] {
  return troublesOf(hosts).flatMap((trouble) => ["", ...troubleLines(trouble, options)]);
}

function troubleLines({ hosts, error, alike }: Trouble, options: BlockOptions): readonly string[] {
  const { theme, width } = options;
  const names = wrap(hosts.join(", "), width).map((line) => theme("error", line));
  const kind = theme("quiet", `(${error.kind})`);
  const first = alike ? [`  ${theme("quiet", `What ${hosts[0]} says; the others say the like:`)}`] : [];
  return [...names.slice(0, -1), `${names.at(-1) ?? ""} ${kind}`, ...first, ...errorBlock(error, options)];
}
