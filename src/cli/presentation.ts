import type { Caller } from "../report/command-line.ts";
import { createPlainView } from "../report/plain.ts";
import { createTerminalView } from "../report/terminal.ts";
import { colourTheme, plainTheme } from "../report/theme.ts";
import type { Theme } from "../report/theme.ts";
import type { View } from "../report/view.ts";
import type { GlobalFlags } from "./options.ts";
import type { OutputStream, World } from "./world.ts";

export type OutputFlags = Pick<GlobalFlags, "json" | "events" | "quiet" | "verbose" | "noColor"> & { readonly config?: string };

/** How a command is shown, decided once from the options, the environment and what the streams are. */
export interface Presentation {
  /** Where progress and results for people go: standard output, unless a program reads that. */
  readonly people: OutputStream;
  /** Somebody is watching on a terminal that can move its cursor. */
  readonly live: boolean;
  readonly theme: Theme;
  readonly view: View;
  readonly caller: Caller;
  /** Columns of the terminal, where there is one. */
  readonly width: number | undefined;
}

export function presentationOf(world: World, flags: OutputFlags): Presentation {
  const people = flags.json || flags.events ? world.stderr : world.stdout;
  const live = people.isTTY && world.env["TERM"] !== "dumb";
  const theme = coloured(world, flags, live) ? colourTheme : plainTheme;
  const width = people.isTTY ? people.columns : undefined;
  return {
    people,
    live,
    theme,
    view: live ? createTerminalView({ theme, verbose: flags.verbose, width }) : createPlainView(theme),
    caller: { program: world.program, config: flags.config ?? null },
    width,
  };
}

// Errors go to standard error also where the rest does not: colours only if neither of the two ends up in a file. Rules of
// no-color.org and force-color.org.
function coloured(world: World, flags: OutputFlags, live: boolean): boolean {
  if (flags.noColor || isSet(world.env["NO_COLOR"])) return false;
  const forced = world.env["FORCE_COLOR"];
  return isSet(forced) ? !["0", "false"].includes(forced) : live && world.stderr.isTTY;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
