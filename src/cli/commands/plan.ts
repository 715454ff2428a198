import { planLines } from "../../report/tables/plan.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfPlan } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

interface PlanFlags {
  readonly ref?: string;
  readonly force: boolean;
  readonly fresh?: boolean;
}

export default async function plan(cli: CliContext, flags: GlobalFlags & PlanFlags, environment?: string): Promise<void> {
  const { ref, force, fresh = false } = flags;
  const options = { ...(ref === undefined ? {} : { ref }), force, ...(fresh ? { fresh } : {}) };
  const shown = { lines: planLines, exitCode: exitCodeOfPlan };
  await runShowing(cli, { command: "plan", flags, environment, ref }, ({ api, context }) => api.plan(context, options), shown);
}
