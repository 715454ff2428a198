import { checkLines } from "../../report/tables/check.ts";
import type { CliContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

export default async function check(cli: CliContext, flags: GlobalFlags, environment?: string): Promise<void> {
  await runShowing(cli, { command: "check", flags, environment }, ({ api, context }) => api.check(context), {
    lines: checkLines,
    exitCode: ({ ok }) => (ok ? ExitCode.done : ExitCode.failed),
  });
}
