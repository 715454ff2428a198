import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { releaseWords } from "../release-words.ts";
import { runReporting } from "../session.ts";

export default async function pin(cli: CliContext, flags: GlobalFlags, one: string, other?: string): Promise<void> {
  const { release, environment, problem } = await releaseWords(cli, flags, one, other);
  const call = { command: "pin", flags, environment, words: [release], ...(problem === undefined ? {} : { problem }) };
  await runReporting(cli, call, ({ api, context }) => api.pin(context, release, true));
}
