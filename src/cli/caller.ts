import type { Caller } from "../report/command-line.ts";
import { chosenWords } from "./options.ts";
import type { GlobalFlags } from "./options.ts";
import type { World } from "./world.ts";

/** How this call was made, for the commands that people are told to type next. */
export function callerOf({ program }: Pick<World, "program">, flags: Pick<GlobalFlags, "config" | "hosts" | "role">): Caller {
  return { program, config: flags.config ?? null, only: chosenWords(flags) };
}
