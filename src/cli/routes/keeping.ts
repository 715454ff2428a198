import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import {
  changedFlags,
  chosenFlags,
  environmentArgument,
  nonEmptyText,
  releaseArgument,
  toggle,
  valued,
  wholeNumber,
} from "../options.ts";

/** What keeps and deletes releases, and who may. */
export const keeping: readonly CommandSpec[] = [
  defineCommand({
    name: "pin",
    brief: "Keep a release from being pruned",
    description: "A pinned release is never pruned and does not count as one of the kept ones.",
    usage: "RELEASE [environment]",
    examples: [
      { type: "releases production", to: "Find its id" },
      { type: "pin 20261120T090000Z production", to: "Keep it until it is unpinned" },
    ],
    flags: changedFlags,
    arguments: [releaseArgument, environmentArgument],
    load: () => import("../commands/pin.ts"),
  }),
  defineCommand({
    name: "unpin",
    brief: "Let a pinned release be pruned again",
    description: "The release is treated like any other again. It is not deleted now.",
    usage: "RELEASE [environment]",
    examples: [
      { type: "releases production", to: "See which releases are pinned" },
      { type: "unpin 20261120T090000Z production", to: "Let the next prune decide" },
    ],
    flags: changedFlags,
    arguments: [releaseArgument, environmentArgument],
    load: () => import("../commands/unpin.ts"),
  }),
  defineCommand({
    name: "prune",
    brief: "Delete releases that are no longer needed",
    description:
      "Deletes old and failed releases beyond the kept ones. Never the live one, the one a rollback goes to, a pinned one, one in use, or anything that is not a release. deploy does this too.",
    usage: "[environment] [--keep N] [--dry-run]",
    examples: [
      { type: "prune production --dry-run", to: "See what would go" },
      { type: "prune production --keep 3", to: "Keep fewer than configured, this time" },
    ],
    flags: {
      keep: valued("N", "Good releases to keep, besides pinned ones", wholeNumber(1)),
      dryRun: toggle("Only say what would be deleted"),
      ...changedFlags,
    },
    arguments: [environmentArgument],
    load: () => import("../commands/prune.ts"),
  }),
  defineCommand({
    name: "lock",
    brief: "Show, take or release the lock",
    description:
      "Shows who holds the lock, takes it so that nobody deploys until you release it, or releases it. The word and the environment come in either order. A lock that you took survives you: it is never taken over.",
    usage: "[environment] [status | acquire -m REASON | release]",
    examples: [
      { type: "lock production", to: "See who holds it" },
      { type: 'lock production acquire -m "database is being moved"', to: "Let nobody deploy for now" },
      { type: "lock production release", to: "Let everybody again" },
    ],
    flags: {
      reason: valued("REASON", "Why nobody may deploy (acquire)", nonEmptyText),
      force: toggle("Release the lock even if somebody else took it (release)"),
      ...chosenFlags,
    },
    aliases: { m: "reason" },
    arguments: [
      {
        brief: "status (default), acquire or release",
        placeholder: "action",
        parse: nonEmptyText,
        optional: true,
        choices: ["status", "acquire", "release"],
      },
      environmentArgument,
    ],
    load: () => import("../commands/lock.ts"),
  }),
];
