import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { environmentArgument } from "../options.ts";

/** What is about the configuration itself and needs no host. */
export const configuring: readonly CommandSpec[] = [
  defineCommand({
    name: "config",
    brief: "Show the configuration with everything filled in",
    description:
      "Shows every setting of an environment as it holds after all overrides, and where it comes from: a line of the file, or the default. What looks like a secret is not shown. No host is asked.",
    usage: "[environment]",
    examples: [
      { type: "config production", to: "Find out why a setting is not what you think" },
      { type: "config production --json", to: "For a script: also the configuration as the program uses it" },
    ],
    flags: {},
    arguments: [environmentArgument],
    load: () => import("../commands/config.ts"),
  }),
];
