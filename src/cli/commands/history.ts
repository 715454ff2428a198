import type { HistoryDocument } from "../../report/documents.ts";
import { historyLines } from "../../report/tables/history.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfHosts } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

export default async function history(cli: CliContext, flags: GlobalFlags, environment?: string): Promise<void> {
  const shown = { lines: historyLines, exitCode: (document: HistoryDocument) => exitCodeOfHosts(document.errors) };
  await runShowing(cli, { command: "history", flags, environment }, ({ api, context }) => api.history(context), shown);
}
