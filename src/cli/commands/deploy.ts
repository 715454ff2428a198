import { resolve } from "node:path";
import { UserError } from "../../errors.ts";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";
import { promotionOf, sourceOptions, sourceProblem, type SourceFlags } from "../source-words.ts";
import plan from "./plan.ts";

interface DeployFlags extends SourceFlags {
  readonly message?: string;
  readonly force: boolean;
  readonly fresh?: boolean;
  readonly plan?: string;
  readonly onlyBehind: boolean;
  readonly to?: string;
  readonly dryRun: boolean;
}

export default async function deploy(cli: CliContext, flags: GlobalFlags & DeployFlags, environment?: string): Promise<void> {
  if (flags.dryRun && flags.plan === undefined && !flags.onlyBehind) return plan(cli, flags, environment);
  const { ref, message, force, fresh = false, onlyBehind, to } = flags;
  const options = {
    ...sourceOptions(flags, cli.world.directory ?? ""),
    ...(message === undefined ? {} : { message }),
    force,
    ...(fresh ? { fresh } : {}),
    ...(onlyBehind ? { onlyBehind } : {}),
    ...(to === undefined ? {} : { to }),
    ...(flags.plan === undefined ? {} : { plan: resolve(cli.world.directory ?? "", flags.plan) }),
  };
  const call = {
    command: "deploy",
    flags,
    environment,
    ref,
    from: flags.from,
    ...sourceProblem(flags, cli.world.directory ?? ""),
    ...dryProblem(flags),
  };
  await runReporting(cli, call, ({ api, context, from }) => api.deploy(context, { ...options, ...promotionOf(flags, from) }));
}

function dryProblem({ dryRun, onlyBehind }: DeployFlags): { readonly problem?: UserError } {
  if (!dryRun) return {};
  if (onlyBehind) return { problem: noDryBehind() };
  const message = "--dry-run and --plan exclude each other: what a saved plan does was shown when it was saved.";
  const remedy = "Leave --dry-run out: where the plan does not hold any more, nothing is changed and what is different is told.";
  return { problem: new UserError({ kind: "usage", message, remedy }) };
}

function noDryBehind(): UserError {
  const message = "--dry-run and --only-behind exclude each other: plan is about something new.";
  const remedy = "To see which hosts are behind: status. Where none can be brought up, nothing is changed and it is told why.";
  return new UserError({ kind: "usage", message, remedy });
}
