import { statusLines } from "../../report/tables/status.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfStatus } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

export default async function status(cli: CliContext, flags: GlobalFlags, environment?: string): Promise<void> {
  const shown = { lines: statusLines, exitCode: exitCodeOfStatus };
  await runShowing(cli, { command: "status", flags, environment }, ({ api, context }) => api.status(context), shown);
}
