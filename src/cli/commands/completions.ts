import { completionScript } from "../../completion/scripts.ts";
import { SHELLS } from "../../completion/shells.ts";
import { UserError } from "../../errors.ts";
import { runAlone } from "../alone.ts";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";

export default async function completions(cli: CliContext, flags: GlobalFlags, shell: string): Promise<void> {
  const act = async (): Promise<{ schema: 1; shell: string; text: string }> => {
    const known = SHELLS.find((each) => each === shell);
    if (known === undefined) throw unknownShell(shell);
    return { schema: 1, shell, text: completionScript(known) };
  };
  await runAlone(cli, { command: "completions", flags }, act, ({ text }) => text.trimEnd().split("\n"));
}

function unknownShell(shell: string): UserError {
  const message = `There are no completions for \`${shell}\`. There are for ${SHELLS.join(", ")}.`;
  return new UserError({ kind: "usage", message, remedy: "Type `symlink-helper completions --help` for how to use them." });
}
