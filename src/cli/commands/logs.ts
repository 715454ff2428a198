import { logsLines } from "../../report/tables/logs.ts";
import type { LogsDocument } from "../../report/hands.ts";
import type { CliContext } from "../context.ts";
import { environmentWords } from "../environment-words.ts";
import { exitCodeOfHosts } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

interface LogsFlags {
  readonly host?: readonly string[];
  readonly role?: readonly string[];
  readonly lines?: number;
  readonly noFollow: boolean;
}

export default async function logs(cli: CliContext, flags: GlobalFlags & LogsFlags, one?: string, other?: string): Promise<void> {
  const { name, environment } = await environmentWords(cli, flags, "environment", one, other);
  const { host: only = [], role: roles = [], lines, noFollow } = flags;
  const some = { ...(name === undefined ? {} : { name }), ...(lines === undefined ? {} : { lines }) };
  const call = { command: "logs", flags, environment, words: name === undefined ? [] : [name] };
  const shown = { lines: logsLines, exitCode: ({ hosts }: LogsDocument) => exitCodeOfHosts(hosts) };
  const options = { ...some, hosts: only, roles, follow: !noFollow };
  await runShowing(cli, call, ({ api, context }) => api.logs(context, options), shown);
}
