import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting } from "../session.ts";

export default async function unpin(cli: CliContext, flags: GlobalFlags, release: string, environment?: string): Promise<void> {
  await runReporting(cli, { command: "unpin", flags, environment, words: [release] }, ({ api, context }) =>
    api.pin(context, release, false),
  );
}
