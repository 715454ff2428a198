import { UserError } from "../errors.ts";
import type { DocumentOptions } from "../report/tables/options.ts";
import type { CliContext } from "./context.ts";
import { ExitCode, exitCodeOf } from "./exit-codes.ts";
import { reportOfFailure } from "./failure.ts";
import { stoppingTexts, watchInterrupts } from "./interrupt.ts";
import type { GlobalFlags } from "./options.ts";
import { Output } from "./output.ts";
import { checkFlags } from "./session.ts";

/** A command that needs no configuration, as it was called. */
interface Alone {
  readonly command: string;
  readonly flags: GlobalFlags;
}

/** Runs a command that shows a document and reads no configuration. Where it fails there is a report instead. */
export async function runAlone<D extends object>(
  { world, process }: CliContext,
  { command, flags }: Alone,
  act: (signal: AbortSignal) => Promise<D>,
  lines: (document: D, options: DocumentOptions) => readonly string[],
): Promise<void> {
  const output = new Output(world, flags, true);
  const startedAt = world.now();
  const interrupt = watchInterrupts(
    world,
    () => stoppingTexts,
    (text) => output.say("warning", text),
    () => ExitCode.interrupted,
  );
  try {
    checkFlags(flags);
    if (flags.config !== undefined) throw needsNone(command);
    output.document({ command, document: await act(interrupt.signal), well: true, lines });
    process.exitCode = ExitCode.done;
  } catch (error) {
    const nothing = { app: "", environment: "", unsure: false, interrupted: interrupt.signal.aborted };
    const report = reportOfFailure({ ...nothing, command, startedAt, endedAt: world.now(), error });
    output.report(report);
    process.exitCode = exitCodeOf(report.outcome);
  } finally {
    interrupt.stop();
  }
}

function needsNone(command: string): UserError {
  const remedy = "Leave it out, and go to the folder that is meant.";
  return new UserError({ kind: "usage", message: `--config has no meaning for \`${command}\`.`, remedy });
}
