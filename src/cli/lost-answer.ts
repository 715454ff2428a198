import { ExitCode } from "./exit-codes.ts";
import type { World } from "./world.ts";

/**
 * The exit code of a command that has come to its end: another one than `code` where that says that all is well, but standard output
 * could not take what the command had to say (a full disk). `look` is the command that shows what this one has changed, null for one
 * that changes nothing: nobody may take a lost answer for a good one, nor a deploy that is live for one that failed.
 */
export async function exitCodeOfAnswer(world: World, code: number, look: string | null): Promise<number> {
  const why = await world.stdout.lost();
  if (why === null) return code;
  const lost = `${world.program}: standard output could not be written: ${why}. What was to be read there is cut off or lost.`;
  const done = code === ExitCode.done && look !== null;
  world.stderr.write(`${lost}\n${done ? `  What was to be done is done all the same. Look with: ${look}\n` : ""}`);
  if (code !== ExitCode.done) return code;
  return look === null ? ExitCode.failed : ExitCode.partial;
}
