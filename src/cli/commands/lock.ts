import { UserError } from "../../errors.ts";
import type { LockDocument } from "../../report/documents.ts";
import { lockLines } from "../../report/tables/lock.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfHosts } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting, runShowing } from "../session.ts";
import { hint } from "../usage-errors.ts";

interface LockFlags {
  readonly reason?: string;
  readonly force: boolean;
}

export default async function lock(cli: CliContext, flags: GlobalFlags & LockFlags, one?: string, other?: string): Promise<void> {
  const words = readWords(one, other);
  const problem = problemOf(words, flags, cli.world.program);
  const call = {
    command: `lock ${words.action}`,
    flags,
    environment: words.environment,
    ...(problem === null ? {} : { problem }),
  };
  if (words.action === "acquire") {
    await runReporting(cli, call, ({ api, context }) => api.lockAcquire(context, flags.reason ?? ""));
  } else if (words.action === "release") {
    await runReporting(cli, call, ({ api, context }) => api.lockRelease(context, { force: flags.force }));
  } else {
    const shown = { lines: lockLines, exitCode: (document: LockDocument) => exitCodeOfHosts(document.hosts) };
    await runShowing(cli, call, ({ api, context }) => api.lockStatus(context), shown);
  }
}

type Action = (typeof ACTIONS)[number];

interface Words {
  readonly action: Action;
  readonly environment: string | undefined;
  /** A word that is neither. */
  readonly stray: string | undefined;
}

/** The action and the environment come in either order; without an action it is `status`. */
function readWords(one: string | undefined, other: string | undefined): Words {
  if (isAction(one)) return { action: one, environment: other, stray: undefined };
  if (isAction(other)) return { action: other, environment: one, stray: undefined };
  return { action: "status", environment: one, stray: other };
}

function problemOf({ action, environment, stray }: Words, flags: LockFlags, program: string): UserError | null {
  const wrong = (message: string): UserError =>
    new UserError({ kind: "usage", message, remedy: `Type \`${program} lock --help\` for examples.` });
  if (stray !== undefined) return wrong(`There is no \`lock ${stray}\`.${hint(stray, ACTIONS)}`);
  const meant = environment === undefined ? "" : hint(environment, ACTIONS);
  if (flags.reason !== undefined && action !== "acquire")
    return wrong(`A reason belongs to \`lock acquire\`, not to \`lock ${action}\`.${meant}`);
  if (flags.force && action !== "release")
    return wrong(`--force belongs to \`lock release\`, not to \`lock ${action}\`.${meant}`);
  if (action === "acquire" && flags.reason === undefined)
    return wrong("Say why nobody may deploy: -m REASON. Whoever finds the lock will read it.");
  return null;
}

function isAction(word: string | undefined): word is Action {
  return ACTIONS.some((action) => action === word);
}

const ACTIONS = ["status", "acquire", "release"] as const;
