import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";

export default async function setup(cli: CliContext, flags: GlobalFlags, environment?: string): Promise<void> {
  await runReporting(cli, { command: "setup", flags, environment }, ({ api, context }) => api.setup(context));
}
