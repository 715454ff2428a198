import { UserError } from "../errors.ts";
import type { CliContext } from "./context.ts";
import type { GlobalFlags } from "./options.ts";
import { knows } from "./release-words.ts";
import { hint } from "./usage-errors.ts";

export type SharedAction = (typeof SHARED_ACTIONS)[number];

/** The words of `shared`, put in order. */
export interface SharedWords {
  readonly action: SharedAction;
  readonly path: string;
  readonly environment: string | undefined;
  readonly problem?: UserError;
}

/** The environment may stand before the action or at the end; without an action it is `list`. */
export async function sharedWords(cli: CliContext, flags: GlobalFlags, words: readonly string[]): Promise<SharedWords> {
  const at = words.slice(0, 2).findIndex(isAction);
  const action = words[at] as SharedAction | undefined;
  if (action === undefined) return listOf(cli, words);
  const rest = words.toSpliced(at, 1);
  if (action === "list") return rest.length > 1 ? stray(cli, action, rest[1] ?? "") : { action, path: "", environment: rest[0] };
  const [one, other] = rest;
  if (one === undefined) return wrong(cli, action, `Say which file of shared/: shared ${action} PATH`);
  if (other === undefined) return { action, path: one, environment: undefined };
  const turned = at === 1 || ((await knows(cli, flags, one)) && !(await knows(cli, flags, other)));
  return turned ? { action, path: other, environment: one } : { action, path: one, environment: other };
}

function listOf(cli: CliContext, [environment, ...more]: readonly string[]): SharedWords {
  return more[0] === undefined ? { action: "list", path: "", environment } : stray(cli, "list", more[0]);
}

function stray(cli: CliContext, action: SharedAction, word: string): SharedWords {
  return wrong(cli, action, `There is no \`shared ${word}\`.${hint(word, SHARED_ACTIONS)}`);
}

function wrong({ world }: CliContext, action: SharedAction, message: string): SharedWords {
  const remedy = `Type \`${world.program} shared --help\` for examples.`;
  return { action, path: "", environment: undefined, problem: new UserError({ kind: "usage", message, remedy }) };
}

function isAction(word: string): word is SharedAction {
  return SHARED_ACTIONS.some((action) => action === word);
}

export const SHARED_ACTIONS = ["list", "put", "get", "diff"] as const;
