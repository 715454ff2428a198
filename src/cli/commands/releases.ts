import type { ReleasesDocument } from "../../report/documents.ts";
import { releasesLines } from "../../report/tables/releases.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfHosts } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

export default async function releases(cli: CliContext, flags: GlobalFlags, environment?: string): Promise<void> {
  const shown = { lines: releasesLines, exitCode: (document: ReleasesDocument) => exitCodeOfHosts(document.hosts) };
  await runShowing(cli, { command: "releases", flags, environment }, ({ api, context }) => api.releases(context), shown);
}
