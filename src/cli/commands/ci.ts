import { pipelineLines, pipelineTexts } from "../../report/tables/pipeline.ts";
import type { CliContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

interface CiFlags {
  readonly environment?: readonly string[];
  readonly uses?: string;
  readonly stdout: boolean;
}

export default async function ci(cli: CliContext, flags: GlobalFlags & CiFlags, system: string): Promise<void> {
  const { environment = [], uses, stdout } = flags;
  const lines = stdout ? pipelineTexts : pipelineLines;
  await runShowing(
    cli,
    { command: "ci", flags, environment: undefined, every: true, words: [system] },
    async ({ api, context, every }) =>
      api.ci({
        system,
        configs: every,
        version: await cli.world.version(),
        environments: environment,
        ...(uses === undefined ? {} : { uses }),
        write: !stdout,
        signal: context.signal,
      }),
    { lines, exitCode: () => ExitCode.done },
  );
}
