import { resolve } from "node:path";
import { planLines } from "../../report/tables/plan.ts";
import type { PlanOptions } from "../../api.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfPlan } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";
import { promotionOf, sourceOptions, sourceProblem, type SourceFlags } from "../source-words.ts";

interface PlanFlags extends SourceFlags {
  readonly force: boolean;
  readonly fresh?: boolean;
  readonly out?: string;
}

export default async function plan(cli: CliContext, flags: GlobalFlags & PlanFlags, environment?: string): Promise<void> {
  const { ref, force, fresh = false } = flags;
  const source = sourceOptions(flags, cli.world.directory ?? "");
  const options = { ...source, force, ...(fresh ? { fresh } : {}), ...outOf(cli, flags) };
  const shown = { lines: planLines, exitCode: exitCodeOfPlan };
  const call = { command: "plan", flags, environment, ref, from: flags.from, ...sourceProblem(flags, cli.world.directory ?? "") };
  await runShowing(cli, call, ({ api, context, from }) => api.plan(context, { ...options, ...promotionOf(flags, from) }), shown);
}

function outOf(cli: CliContext, { out, force }: PlanFlags): Pick<PlanOptions, "out" | "overwrite"> {
  return out === undefined ? {} : { out: resolve(cli.world.directory ?? "", out), overwrite: force };
}
