import type { CommandSpec } from "./command.ts";
import { beginning, comfort } from "./routes/beginning.ts";
import { configuring } from "./routes/configuring.ts";
import { deploying } from "./routes/deploying.ts";
import { hands } from "./routes/hands.ts";
import { keeping } from "./routes/keeping.ts";
import { looking } from "./routes/looking.ts";
import { sharing } from "./routes/sharing.ts";

/** Every command, in the order of the help: its options and its texts are in `routes/`, what it does in `commands/`. */
export const commands: readonly CommandSpec[] = [
  ...beginning,
  ...deploying,
  ...looking,
  ...hands,
  ...sharing,
  ...keeping,
  ...configuring,
  ...comfort,
];

/** The command of that name. */
export function findCommand(name: string | null): CommandSpec | undefined {
  return commands.find((command) => command.name === name);
}
