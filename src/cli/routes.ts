import { defineCommand } from "./command.ts";
import type { CommandSpec } from "./command.ts";
import { anyText, environmentArgument, nonEmptyText, toggle, valued, wholeNumber } from "./options.ts";

const releaseArgument = { brief: "Id of a release, as `releases` shows it", placeholder: "RELEASE", parse: nonEmptyText };

/** The command line at a glance: every command, its options and its help. What a command does is in `commands/`. */
export const commands: readonly CommandSpec[] = [
  defineCommand({
    name: "setup",
    brief: "Create the layout on every host",
    description:
      "Creates releases, shared and the private directory in the app root of every host, with the right owner and modes. What is there already stays as it is. deploy does this too.",
    usage: "[environment]",
    examples: [
      { type: "setup production", to: "Prepare the hosts before the first deploy" },
      { type: "setup", to: "The same where the configuration has one environment" },
    ],
    flags: {},
    arguments: [environmentArgument],
    load: () => import("./commands/setup.ts"),
  }),
  defineCommand({
    name: "plan",
    brief: "Show what deploy would do, without doing it",
    description:
      "Shows per host exactly what deploy would do: what is sent, copied, created, linked, run and pruned, and what stands in its way. Runs no task and writes nothing on any host.",
    usage: "[environment] [--ref REF] [--force]",
    examples: [
      { type: "plan production", to: "See what is about to happen" },
      { type: "plan production --ref v1.4.2", to: "The same for a tag, branch or commit" },
      { type: "plan production --json", to: "For a script: exit code 1 if a deploy would stop" },
    ],
    flags: {
      ref: valued("REF", "Commit, branch or tag instead of the configured one", nonEmptyText),
      force: toggle("As if deploy were given --force"),
    },
    arguments: [environmentArgument],
    load: () => import("./commands/plan.ts"),
  }),
  defineCommand({
    name: "deploy",
    brief: "Make a new release and switch every host to it",
    description:
      "Prepares a new release on every host, switches all of them, checks and confirms. If anything fails, every host goes on serving, or serves again, what it served before. Does nothing if that is live already.",
    usage: "[environment] [--ref REF] [--message TEXT] [--force]",
    examples: [
      { type: "deploy production", to: "Deploy what is configured" },
      { type: 'deploy production --ref v1.4.2 -m "Fix the login"', to: "Deploy a tag, and say why" },
      { type: "deploy production --json > report.json", to: "Keep the report; progress is still shown" },
    ],
    flags: {
      ref: valued("REF", "Commit, branch or tag instead of the configured one", nonEmptyText),
      message: valued("TEXT", "Why, for history and for whoever finds the lock", anyText),
      force: toggle("Deploy even if the same is live already"),
    },
    aliases: { m: "message" },
    arguments: [environmentArgument],
    load: () => import("./commands/deploy.ts"),
  }),
  defineCommand({
    name: "rollback",
    brief: "Go back to the last good release",
    description:
      "Switches every host back to the last release that was live and good there before the present one, or to a named one. Builds nothing. Refuses, and says why, if there is none or if it is no longer whole.",
    usage: "[environment] [--to RELEASE] [--from RELEASE]",
    examples: [
      { type: "rollback production", to: "Go back, now" },
      { type: "rollback production --to 20261120T090000Z", to: "Go to a release of your choice" },
      { type: "rollback production --from 20261123T114502Z", to: "Only if that is what is live (for scripts)" },
    ],
    flags: {
      to: valued("RELEASE", "Go to this release", nonEmptyText),
      from: valued("RELEASE", "Refuse unless this release is live", nonEmptyText),
      force: toggle("Go there even if files of it are missing"),
    },
    arguments: [environmentArgument],
    load: () => import("./commands/rollback.ts"),
  }),
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
    flags: {},
    arguments: [environmentArgument],
    load: () => import("./commands/releases.ts"),
  }),
  defineCommand({
    name: "status",
    brief: "Show what is live where, and the lock",
    description:
      "Shows what every host serves, since when and by whom, where a rollback would go, who holds the lock, and work that was interrupted. Exit code 4 if hosts differ, 1 if one could not be asked.",
    usage: "[environment]",
    examples: [
      { type: "status production", to: "Look" },
      { type: "status production --json", to: "For monitoring" },
    ],
    flags: {},
    arguments: [environmentArgument],
    load: () => import("./commands/status.ts"),
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
    },
    arguments: [environmentArgument],
    load: () => import("./commands/history.ts"),
  }),
  defineCommand({
    name: "pin",
    brief: "Keep a release from being pruned",
    description: "A pinned release is never pruned and does not count as one of the kept ones.",
    usage: "RELEASE [environment]",
    examples: [
      { type: "releases production", to: "Find its id" },
      { type: "pin 20261120T090000Z production", to: "Keep it until it is unpinned" },
    ],
    flags: {},
    arguments: [releaseArgument, environmentArgument],
    load: () => import("./commands/pin.ts"),
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
    flags: {},
    arguments: [releaseArgument, environmentArgument],
    load: () => import("./commands/unpin.ts"),
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
    },
    arguments: [environmentArgument],
    load: () => import("./commands/prune.ts"),
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
    },
    aliases: { m: "reason" },
    arguments: [
      { brief: "status (default), acquire or release", placeholder: "action", parse: nonEmptyText, optional: true },
      environmentArgument,
    ],
    load: () => import("./commands/lock.ts"),
  }),
];

/** The command of that name. */
export function findCommand(name: string | null): CommandSpec | undefined {
  return commands.find((command) => command.name === name);
}
