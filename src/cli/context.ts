import type { CommandContext } from "@stricli/core";
import type { World } from "./world.ts";

/** What Stricli hands to a command as `this`. */
export interface CliContext extends CommandContext {
  readonly process: CliProcess;
  readonly world: World;
  readonly changed: Changed;
  /** Of a command that takes them as they are: the words behind `--`, null where that is not there. */
  readonly behind: readonly string[] | null;
}

/** What a command has changed. */
export interface Changed {
  /** The command that shows it; null while nothing is changed. */
  look: string | null;
}

/** The part of a process that Stricli writes to. It is never the real one: `run.ts` collects and translates what it says. */
interface CliProcess {
  readonly stdout: { readonly write: (text: string) => void };
  readonly stderr: { readonly write: (text: string) => void };
  exitCode?: number | null;
}
