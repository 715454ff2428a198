import { UserError } from "../../errors.ts";
import type { CliContext } from "../context.ts";
import { environmentWords } from "../environment-words.ts";
import type { GlobalFlags } from "../options.ts";
import { runLending } from "../session.ts";

interface SshFlags {
  readonly root: boolean;
}

export default async function ssh(cli: CliContext, flags: GlobalFlags & SshFlags, one?: string, other?: string): Promise<void> {
  const { name: host, environment } = await environmentWords(cli, flags, "environment", one, other);
  const { root, json, events } = flags;
  const problem = json || events ? { problem: noAnswer() } : {};
  const call = { command: "ssh", flags, environment, words: host === undefined ? [] : [host], ...problem };
  await runLending(cli, call, ({ api, context }) => api.ssh(context, { ...(host === undefined ? {} : { host }), root }));
}

/** Standard output is the shell's. */
function noAnswer(): UserError {
  const message = "`ssh` is for people: it has no answer of its own for --json or --events.";
  return new UserError({ kind: "usage", message, remedy: "A script runs commands with `exec`, which has one." });
}
