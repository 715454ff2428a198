import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { chosenFlags, environmentArgument, valued, wholeNumber } from "../options.ts";

/** What looks at the hosts and changes nothing. */
export const looking: readonly CommandSpec[] = [
  defineCommand({
    name: "releases",
    brief: "List the releases on every host",
    description:
      "Lists id, state, revision, who, when, size, which is live and which are pinned. Hosts that agree are shown once.",
    usage: "[environment]",
    examples: [
      { type: "releases production", to: "See what there is to go back to" },
      { type: "releases production --json", to: "For a script" },
    ],
    flags: chosenFlags,
    arguments: [environmentArgument],
    load: () => import("../commands/releases.ts"),
  }),
  defineCommand({
    name: "status",
    brief: "Show what is live where, and the lock",
    description:
      "Shows what every host serves, since when and by whom, where a rollback would go, who holds the lock, and work that was interrupted. Exit code 4 if hosts differ or current leads to nothing or is no link, 1 if one could not be asked.",
    usage: "[environment]",
    examples: [
      { type: "status production", to: "Look" },
      { type: "status production --json", to: "For monitoring" },
    ],
    flags: chosenFlags,
    arguments: [environmentArgument],
    load: () => import("../commands/status.ts"),
  }),
  defineCommand({
    name: "history",
    brief: "Show who did what, when and from where",
    description:
      "Shows the ledger of the hosts for people: every deploy, rollback, return, prune, pin and takeover, newest last.",
    usage: "[environment] [--limit N]",
    examples: [
      { type: "history production", to: "Find out what happened last night" },
      { type: "history production --json", to: "For a script" },
    ],
    flags: {
      limit: valued("N", "Only the last N (default 50; all with --json)", wholeNumber(1)),
      ...chosenFlags,
    },
    arguments: [environmentArgument],
    load: () => import("../commands/history.ts"),
  }),
];
