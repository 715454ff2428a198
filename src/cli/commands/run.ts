import { commandsLines } from "../../report/tables/commands.ts";
import { execLines } from "../../report/tables/exec.ts";
import type { CliContext } from "../context.ts";
import { environmentWords } from "../environment-words.ts";
import { ExitCode, exitCodeOfExec } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

interface RunFlags {
  readonly host?: readonly string[];
  readonly role?: readonly string[];
}

export default async function run(cli: CliContext, flags: GlobalFlags & RunFlags, one?: string, other?: string): Promise<void> {
  const { name, environment } = await environmentWords(cli, flags, "name", one, other);
  if (name === undefined) {
    const shown = { lines: commandsLines, exitCode: () => ExitCode.done };
    await runShowing(cli, { command: "run", flags, environment }, ({ api, context }) => api.commands(context), shown);
    return;
  }
  const { host: hosts = [], role: roles = [] } = flags;
  const args = cli.behind ?? [];
  const call = { command: "run", flags, environment, words: [name], behind: args };
  const shown = { lines: execLines, exitCode: exitCodeOfExec };
  await runShowing(cli, call, ({ api, context }) => api.run(context, name, { args, hosts, roles }), shown);
}
