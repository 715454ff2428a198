import type { ExecOptions } from "../../api.ts";
import { UserError } from "../../errors.ts";
import { execLines } from "../../report/tables/exec.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfExec } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

interface ExecFlags {
  readonly host?: readonly string[];
  readonly role?: readonly string[];
  readonly in?: string;
  readonly as?: string;
  readonly timeout?: number;
}

export default async function exec(cli: CliContext, flags: GlobalFlags & ExecFlags, environment?: string): Promise<void> {
  const { host: hosts = [], role: roles = [], timeout, as } = flags;
  const command = cli.behind ?? [];
  const options: ExecOptions = {
    command,
    hosts,
    roles,
    ...(flags.in === undefined ? {} : { in: flags.in }),
    ...(as === undefined ? {} : { as }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  const problem = command.some((word) => word.trim() !== "") ? {} : { problem: nothing(cli) };
  const call = { command: "exec", flags, environment, behind: command, ...problem };
  const shown = { lines: execLines, exitCode: exitCodeOfExec };
  await runShowing(cli, call, ({ api, context }) => api.exec(context, options), shown);
}

function nothing({ world, behind }: CliContext): UserError {
  const message = behind === null ? "The command is missing: it stands behind `--`." : "There is no command behind `--`.";
  return new UserError({ kind: "usage", message, remedy: `For example: ${world.program} exec -- uptime` });
}
