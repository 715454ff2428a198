import { errorBlock } from "../blocks.ts";
import type { BlockOptions } from "../blocks.ts";
import { groupBy, hostsOf } from "../group.ts";
import type { ErrorReport } from "../report.ts";

/** Hosts that could not be asked, and why: below every table, so that a table never looks complete when it is not. */
export function unreachedLines(
  hosts: readonly { readonly host: string; readonly error: ErrorReport | null }[],
  options: BlockOptions,
): string[] {
  const failed = hosts.flatMap(({ host, error }) => (error === null ? [] : [{ host, error }]));
  return groupBy(failed, ({ error }) => JSON.stringify(error)).flatMap((group) => [
    "",
    `${options.theme("error", hostsOf(group))} ${options.theme("quiet", `(${group[0].error.kind})`)}`,
    ...errorBlock(group[0].error, options),
  ]);
}
