import { UserError } from "../errors.ts";
import { wrap } from "../report/width.ts";
import { sanitizeBlock } from "../report/sanitize.ts";
import type { Output } from "./output.ts";
import type { World } from "./world.ts";

/**
 * How a command asks whether it should really go on: `--yes` answers, a person is asked, and where there is neither it is refused
 * with the command that says yes, `again`. Anything but yes means no.
 */
export function confirmer(
  world: World,
  output: Output,
  { yes, again }: { readonly yes: boolean; readonly again: string },
  signal: AbortSignal,
): (question: string) => Promise<boolean> {
  return async (question) => {
    if (yes) return true;
    if (!world.interactive) throw unanswered(question, again);
    const answer = await output.aside(() =>
      world.ask(`${wrap(`${sanitizeBlock(question)} [y/N]`, world.stderr.columns).join("\n")} `, signal),
    );
    return /^y(es)?$/i.test(answer.trim());
  };
}

function unanswered(question: string, again: string): UserError {
  return new UserError({
    kind: "not-confirmed",
    message: `This wants a yes, and there is nobody to ask: ${question}`,
    remedy: `If you mean it: ${again}`,
  });
}
