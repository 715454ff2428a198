import type { Caller } from "../report/command-line.ts";
import { createPlainView } from "../report/plain.ts";
import { createTerminalView } from "../report/terminal.ts";
import type { TerminalView } from "../report/terminal.ts";
import { colourTheme, plainTheme } from "../report/theme.ts";
import type { Theme } from "../report/theme.ts";
import type { Line, View } from "../report/view.ts";
import { callerOf } from "./caller.ts";
import type { KeptFile } from "./kept-files.ts";
import type { GlobalFlags } from "./options.ts";
import type { OutputStream, World } from "./world.ts";

type ShownFlags = Pick<GlobalFlags, "json" | "events" | "quiet" | "verbose" | "noColor">;

export type OutputFlags = ShownFlags & Pick<GlobalFlags, "config" | "hosts" | "role" | KeptFile | "ci">;

/** How a command is shown, decided once from the options, the environment and what the streams are. */
export interface Presentation {
  /** Where progress and results for people go: standard output, unless a program reads that. */
  readonly people: OutputStream;
  /** Somebody is watching on a terminal that can move its cursor. */
  readonly live: boolean;
  readonly theme: Theme;
  readonly view: View;
  /** What the view kept back to say it together. */
  readonly rest: () => readonly Line[];
  readonly caller: Caller;
  /** Columns of the terminal, where there is one. */
  readonly width: number | undefined;
}

export function presentationOf(world: World, flags: OutputFlags): Presentation {
  const people = flags.json || flags.events ? world.stderr : world.stdout;
  const live = people.isTTY && world.env["TERM"] !== "dumb";
  const theme = coloured(world, flags, live) ? colourTheme : plainTheme;
  return {
    people,
    live,
    theme,
    ...(live ? terminalView(people, theme, flags.verbose) : { view: createPlainView(theme), rest: () => [] }),
    caller: callerOf(world, flags),
    get width() {
      return widthOf(people);
    },
  };
}

function terminalView(people: OutputStream, theme: Theme, verbose: boolean): TerminalView {
  return createTerminalView({
    theme,
    verbose,
    get width() {
      return widthOf(people);
    },
  });
}

/** Read anew each time: windows are resized while we run. */
function widthOf(people: OutputStream): number | undefined {
  return people.isTTY ? people.columns : undefined;
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
