import { UserError } from "../errors.ts";
import { denotesTime } from "../release/id.ts";
import { commandLine } from "../report/command-line.ts";
import { callerOf } from "./caller.ts";
import type { CliContext } from "./context.ts";
import type { GlobalFlags } from "./options.ts";

/** The words of a command that wants a release and an environment. */
interface ReleaseWords {
  readonly release: string;
  readonly environment: string | undefined;
  readonly problem?: UserError;
}

/** The release and the environment come in either order, where it is clear which is which; an environment alone is no release. */
export async function releaseWords(cli: CliContext, flags: GlobalFlags, one: string, other?: string): Promise<ReleaseWords> {
  if (denotesTime(one)) return { release: one, environment: other };
  const isEnvironment = (word: string): Promise<boolean> => knows(cli, flags, word);
  if (other === undefined)
    return (await isEnvironment(one)) ? missing(cli, flags, one) : { release: one, environment: undefined };
  const turned = denotesTime(other) || ((await isEnvironment(one)) && !(await isEnvironment(other)));
  return turned ? { release: other, environment: one } : { release: one, environment: other };
}

/** Whether the configuration has an environment of this name. One that is wrong is told when the command begins, once. */
export async function knows({ world }: CliContext, { config }: GlobalFlags, environment: string): Promise<boolean> {
  const request = { file: config ?? null, environment, ref: null, directory: world.directory, signal: null };
  return world.loadConfig(request).then(
    () => true,
    () => false,
  );
}

function missing({ world }: CliContext, flags: GlobalFlags, environment: string): ReleaseWords {
  const releases = commandLine(callerOf(world, flags), ["releases", environment]);
  const message = `RELEASE is missing: \`${environment}\` is an environment.`;
  const problem = new UserError({ kind: "usage", message, remedy: `To see which there are: ${releases}` });
  return { release: "", environment, problem };
}
