import { buildCommand } from "@stricli/core";
import type { Command } from "@stricli/core";
import type { CliContext } from "./context.ts";
import { bare, globalFlags } from "./options.ts";
import type { GlobalFlags } from "./options.ts";

/** One command as the command line knows it: how it reads its words, its help, and where its code is. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly brief: string;
  /** What `--help` says, in short paragraphs. */
  readonly description: string;
  /** Words after the name, as help shows them. */
  readonly usage: string;
  readonly examples: readonly Example[];
  /** What stands behind `--` is not for this program: the command takes it as it is. */
  readonly passes?: boolean;
  readonly command: Command<CliContext>;
}

interface Example {
  /** Words after the name of the program. */
  readonly type: string;
  readonly to: string;
}

type Spec<Flags extends object, Args extends readonly unknown[]> = Omit<CommandSpec, "command"> & {
  /** Definitions of the command's own options; keys in camelCase, typed in kebab-case. */
  readonly flags: Readonly<Record<keyof Flags, object>>;
  readonly aliases?: Readonly<Record<string, keyof Flags & string>>;
  readonly arguments: readonly object[];
  readonly load: () => Promise<{ readonly default: CommandFunction<Flags, Args> }>;
};

/** What a file in `commands/` exports: a plain function, so that nothing there knows Stricli. */
type CommandFunction<Flags extends object, Args extends readonly unknown[]> = (
  cli: CliContext,
  flags: GlobalFlags & Flags,
  ...args: Args
) => Promise<void>;

/** A command with the global options added to its own. Its code is loaded when it runs. */
export function defineCommand<Flags extends object, Args extends readonly unknown[]>(spec: Spec<Flags, Args>): CommandSpec {
  const { flags, aliases, arguments: positional, load, ...help } = spec;
  const parameters = {
    flags: bare({ ...flags, ...globalFlags }),
    aliases: bare(aliases ?? {}),
    positional: { kind: "tuple", parameters: positional },
  };
  // Stricli derives these types from the flags themselves and cannot see through adding ours: the function's own type is what
  // `load` is held to, and the tests run every option of every command.
  const command = buildCommand({
    loader: () => adapt(load),
    parameters,
    docs: { brief: spec.brief },
  } as unknown as BuilderArguments);
  return { ...help, command };
}

async function adapt<Flags extends object, Args extends readonly unknown[]>(load: Spec<Flags, Args>["load"]) {
  const { default: command } = await load();
  return async function (this: CliContext, flags: GlobalFlags & Flags, ...args: Args): Promise<void> {
    await command(this, flags, ...args);
  };
}

type BuilderArguments = Parameters<typeof buildCommand<Record<string, unknown>, readonly unknown[], CliContext>>[0];
