import { resolve } from "node:path";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";
import { sourceOptions, sourceProblem, type SourceFlags } from "../source-words.ts";
import plan from "./plan.ts";

interface DeployFlags extends SourceFlags {
  readonly message?: string;
  readonly force: boolean;
  readonly fresh?: boolean;
  readonly plan?: string;
  readonly dryRun: boolean;
}

export default async function deploy(cli: CliContext, flags: GlobalFlags & DeployFlags, environment?: string): Promise<void> {
  if (flags.dryRun) return plan(cli, flags, environment);
  const { ref, message, force, fresh = false } = flags;
  const options = {
    ...sourceOptions(flags, cli.world.directory ?? ""),
    ...(message === undefined ? {} : { message }),
    force,
    ...(fresh ? { fresh } : {}),
    ...(flags.plan === undefined ? {} : { plan: resolve(cli.world.directory ?? "", flags.plan) }),
  };
  const call = { command: "deploy", flags, environment, ref, ...sourceProblem(flags) };
  await runReporting(cli, call, ({ api, context }) => api.deploy(context, options));
}
