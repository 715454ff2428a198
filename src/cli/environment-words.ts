import type { CliContext } from "./context.ts";
import type { GlobalFlags } from "./options.ts";
import { knows } from "./release-words.ts";

/** A word that names something, and the environment. Either may be left out. */
interface Words {
  readonly name: string | undefined;
  readonly environment: string | undefined;
}

/**
 * They come in either order, where it is clear which is which; else in that of the help, which begins with `first`. One word alone is an
 * environment if there is one of that name.
 */
export async function environmentWords(
  cli: CliContext,
  flags: GlobalFlags,
  first: "name" | "environment",
  one?: string,
  other?: string,
): Promise<Words> {
  if (one === undefined) return { name: undefined, environment: undefined };
  const isEnvironment = await knows(cli, flags, one);
  if (other === undefined) return isEnvironment ? { name: undefined, environment: one } : { name: one, environment: undefined };
  const isOther = await knows(cli, flags, other);
  const leads = isEnvironment === isOther ? first === "environment" : isEnvironment;
  return leads ? { name: other, environment: one } : { name: one, environment: other };
}
