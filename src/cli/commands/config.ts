import { configLines } from "../../report/tables/config.ts";
import type { CliContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

export default async function config(cli: CliContext, flags: GlobalFlags, environment?: string): Promise<void> {
  const shown = { lines: configLines, exitCode: () => ExitCode.done };
  await runShowing(cli, { command: "config", flags, environment }, ({ api, context }) => api.config(context), shown);
}
