import { UserError } from "../../errors.ts";
import { initLines } from "../../report/tables/init.ts";
import { sanitizeBlock } from "../../report/sanitize.ts";
import { runAlone } from "../alone.ts";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";

interface InitFlags {
  readonly environment?: string;
  readonly host?: readonly string[];
  readonly root?: string;
  readonly kind?: string;
  readonly stdout: boolean;
}

export default async function init(cli: CliContext, flags: GlobalFlags & InitFlags): Promise<void> {
  const { world } = cli;
  const asks = world.interactive && !flags.yes && !flags.stdout && !flags.json && !flags.events;
  await runAlone(
    cli,
    { command: "init", flags },
    async (signal) => {
      const api = await world.api();
      const ask = (question: string): Promise<string> => world.ask(`${sanitizeBlock(question)} `, signal);
      const say = (text: string): void => world.stderr.write(`${sanitizeBlock(text)}\n`);
      return api.init({
        directory: folder(world.directory),
        ...given(flags),
        write: !flags.stdout,
        signal,
        ...(asks ? { ask, say } : {}),
      });
    },
    (document, options) => (flags.stdout ? document.text.trimEnd().split("\n") : initLines(document, options)),
  );
}

function given({ environment, host, root, kind }: InitFlags) {
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(host === undefined ? {} : { hosts: host }),
    ...(root === undefined ? {} : { root }),
    ...(kind === undefined ? {} : { kind }),
  };
}

function folder(directory: string | null): string {
  if (directory !== null) return directory;
  const message = "The folder that this was called in is gone.";
  throw new UserError({ kind: "usage", message, remedy: "Go to the folder of your application." });
}
