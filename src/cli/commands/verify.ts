import type { VerifyDocument } from "../../report/verify-document.ts";
import { denotesTime } from "../../release/id.ts";
import { verifyLines } from "../../report/tables/verify.ts";
import type { CliContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { releaseWords } from "../release-words.ts";
import { runShowing } from "../session.ts";

export default async function verify(cli: CliContext, flags: GlobalFlags, one?: string, other?: string): Promise<void> {
  const { release, environment } = await wordsOf(cli, flags, one, other);
  const options = release === undefined ? {} : { release };
  const shown = { lines: verifyLines, exitCode: ({ verdict }: VerifyDocument) => EXIT[verdict] };
  await runShowing(cli, { command: "verify", flags, environment }, ({ api, context }) => api.verify(context, options), shown);
}

interface Words {
  readonly release?: string | undefined;
  readonly environment: string | undefined;
}

/** One word alone is the environment, unless it is a release by its form. */
async function wordsOf(cli: CliContext, flags: GlobalFlags, one?: string, other?: string): Promise<Words> {
  if (one === undefined) return { environment: undefined };
  if (other !== undefined) return releaseWords(cli, flags, one, other);
  return denotesTime(one) ? { release: one, environment: undefined } : { environment: one };
}

const EXIT: { readonly [Each in VerifyDocument["verdict"]]: ExitCode } = {
  whole: ExitCode.done,
  damaged: ExitCode.failed,
  unknown: ExitCode.failed,
  differ: ExitCode.partial,
};
