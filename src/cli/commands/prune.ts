import type { PruneOptions } from "../../api.ts";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";

export default async function prune(cli: CliContext, flags: GlobalFlags & PruneOptions, environment?: string): Promise<void> {
  const { keep, dryRun = false } = flags;
  const options = { ...(keep === undefined ? {} : { keep }), dryRun };
  await runReporting(cli, { command: "prune", flags, environment }, ({ api, context }) => api.prune(context, options), dryRun);
}
