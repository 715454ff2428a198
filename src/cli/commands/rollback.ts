import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";

interface RollbackFlags {
  readonly to?: string;
  readonly from?: string;
  readonly force?: boolean;
  readonly leaveLacking?: boolean;
}

export default async function rollback(cli: CliContext, flags: GlobalFlags & RollbackFlags, environment?: string): Promise<void> {
  const { to, from, force = false, leaveLacking = false } = flags;
  const options = {
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(force ? { force } : {}),
    ...(leaveLacking ? { leaveLacking } : {}),
  };
  const call = { command: "rollback", flags, environment };
  await runReporting(cli, call, ({ api, context, confirm }) => api.rollback(context, { ...options, confirm }));
}
