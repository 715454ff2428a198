import { resolve } from "node:path";
import { UserError } from "../../errors.ts";
import { sanitize } from "../../report/sanitize.ts";
import type { CliContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runShowing } from "../session.ts";

interface PackFlags {
  readonly out?: string;
  readonly ref?: string;
  readonly force: boolean;
}

export default async function pack(cli: CliContext, flags: GlobalFlags & PackFlags, environment?: string): Promise<void> {
  const { out = "", ref, force } = flags;
  const problem = out === "" ? { problem: nowhere() } : {};
  const options = { out: resolve(cli.world.directory ?? "", out), overwrite: force, ...(ref === undefined ? {} : { ref }) };
  await runShowing(
    cli,
    { command: "pack", flags, environment, ref, ...problem },
    ({ api, context }) => api.pack(context, options),
    {
      // As sha256sum prints it, so that sha256sum -c takes it.
      lines: ({ sha256 }) => [`${sha256}  ${sanitize(out)}`],
      exitCode: () => ExitCode.done,
    },
  );
}

function nowhere(): UserError {
  return new UserError({
    kind: "usage",
    message: "pack needs to know where to write the archive.",
    remedy: "Say where: --out FILE.tar.gz",
  });
}
