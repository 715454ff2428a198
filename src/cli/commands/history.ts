import type { HistoryOptions } from "../../api.ts";
import type { HistoryDocument } from "../../report/history-document.ts";
import { historyLines } from "../../report/tables/history.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfHosts } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

/** As much as somebody scrolls through; a program can count for itself. */
const SHOWN = 50;

export default async function history(cli: CliContext, flags: GlobalFlags & HistoryOptions, environment?: string): Promise<void> {
  const shown = { lines: historyLines, exitCode: (document: HistoryDocument) => exitCodeOfHosts(document.errors) };
  const limit = flags.limit ?? (flags.json || flags.events ? undefined : SHOWN);
  await runShowing(
    cli,
    { command: "history", flags, environment },
    ({ api, context }) => api.history(context, limit === undefined ? {} : { limit }),
    shown,
  );
}
