import type { DeployOptions } from "../../api.ts";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";

export default async function deploy(cli: CliContext, flags: GlobalFlags & DeployOptions, environment?: string): Promise<void> {
  const { ref, message, force = false, fresh = false } = flags;
  const options = {
    ...(ref === undefined ? {} : { ref }),
    ...(message === undefined ? {} : { message }),
    force,
    ...(fresh ? { fresh } : {}),
  };
  await runReporting(cli, { command: "deploy", flags, environment, ref }, ({ api, context }) => api.deploy(context, options));
}
