import { errorBlock } from "../blocks.ts";
import { groupBy, hostsOf } from "../group.ts";
import type { ErrorReport } from "../report.ts";
import type { Theme } from "../theme.ts";

/** Hosts that could not be asked, and why: below every table, so that a table never looks complete when it is not. */
export function unreachedLines(
  hosts: readonly { readonly host: string; readonly error: ErrorReport | null }[],
  theme: Theme,
): string[] {
  const failed = hosts.flatMap(({ host, error }) => (error === null ? [] : [{ host, error }]));
  return groupBy(failed, ({ error }) => JSON.stringify(error)).flatMap((group) => [
    "",
    theme("error", `${hostsOf(group)}: ${group[0].error.kind}`),
    ...errorBlock(group[0].error, theme),
  ]);
}
