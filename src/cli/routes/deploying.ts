import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { anyText, changedFlags, environmentArgument, nonEmptyText, toggle, valued } from "../options.ts";
import { sourceFlags } from "../source-words.ts";

/** What changes which release is live. */
export const deploying: readonly CommandSpec[] = [
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
    flags: changedFlags,
    arguments: [environmentArgument],
    load: () => import("../commands/setup.ts"),
  }),
  defineCommand({
    name: "check",
    brief: "Find everything that would stop a deploy",
    description:
      "Looks at every host and at this computer for what would stop a deploy or let it fail in the middle: connections, permissions, space, shared files, programs that tasks begin with, sudo, clocks, locks. All of it at once, each with what to do about it. Runs no task and writes nothing on any host. Exit code 1 if there is a problem.",
    usage: "[environment]",
    examples: [
      { type: "check production", to: "Before the first deploy, and after every change of the hosts" },
      { type: "check production --json", to: "For a script" },
    ],
    flags: changedFlags,
    arguments: [environmentArgument],
    load: () => import("../commands/check.ts"),
  }),
  defineCommand({
    name: "plan",
    brief: "Show what deploy would do, without doing it",
    description:
      "Shows per host exactly what deploy would do: what is sent, copied, created, linked, run and pruned, and what stands in its way. Runs no task and writes nothing on any host.",
    usage: "[environment] [--ref REF] [--out FILE] [--force] [--fresh]",
    examples: [
      { type: "plan production", to: "See what is about to happen" },
      { type: "plan production --ref v1.4.2", to: "The same for a tag, branch or commit" },
      { type: "plan production --json", to: "For a script: exit code 1 if a deploy would stop" },
    ],
    flags: {
      ...sourceFlags,
      force: toggle("As if deploy were given --force; overwrites FILE of --out"),
      fresh: toggle("As if deploy were given --fresh"),
      out: valued("FILE", "Save the plan, for deploy --plan FILE", nonEmptyText),
      ...changedFlags,
    },
    arguments: [environmentArgument],
    load: () => import("../commands/plan.ts"),
  }),
  defineCommand({
    name: "deploy",
    brief: "Make a new release and switch every host to it",
    description:
      "Prepares a new release on every host, switches all of them, checks and confirms. If anything fails, every host goes on serving, or serves again, what it served before. Does nothing if that is live already.",
    usage: "[environment] [--ref REF] [--from ENVIRONMENT] [--force]",
    examples: [
      { type: "deploy production", to: "Deploy what is configured" },
      { type: 'deploy production --ref v1.4.2 -m "Fix the login"', to: "Deploy a tag, and say why" },
      { type: "deploy production --directory dist", to: "Deploy what a CI job built" },
      { type: "deploy production --from staging", to: "Deploy exactly what is live in staging" },
      { type: "deploy production --only-behind", to: "Bring late or new hosts to what is live on the others" },
      { type: "deploy production --json > report.json", to: "Keep the report; progress is still shown" },
    ],
    flags: {
      ...sourceFlags,
      message: valued("TEXT", "Why, for history and for whoever finds the lock", anyText),
      force: toggle("Deploy even if the same is live already"),
      fresh: toggle("The same, and make anew what `reuse` would copy"),
      plan: valued("FILE", "Only exactly what this saved plan says, or nothing", nonEmptyText),
      onlyBehind: toggle("Nothing new: late and new hosts get what others serve"),
      to: valued("RELEASE", "With --only-behind: this one of the live releases", nonEmptyText),
      dryRun: toggle("The same as plan"),
      ...changedFlags,
    },
    aliases: { m: "message" },
    arguments: [environmentArgument],
    load: () => import("../commands/deploy.ts"),
  }),
  defineCommand({
    name: "pack",
    brief: "Write what deploy would ship as one archive",
    description:
      "Takes what deploy would take, built, into one .tar.gz and prints its digest, as sha256sum does. deploy --archive FILE --sha256 HEX then deploys that very archive, as often and to as many environments as you like: built once. The commit goes with it. No host is asked.",
    usage: "[environment] --out FILE [--ref REF]",
    examples: [
      { type: "pack staging --out shop.tar.gz", to: "In the job of a pipeline that builds" },
      { type: "pack staging --out shop.tar.gz --quiet > shop.sha256", to: "Keep the digest: sha256sum -c checks it" },
    ],
    flags: {
      out: valued("FILE", "The archive", nonEmptyText),
      ref: sourceFlags.ref,
      force: toggle("Overwrite FILE"),
    },
    arguments: [environmentArgument],
    load: () => import("../commands/pack.ts"),
  }),
  defineCommand({
    name: "rollback",
    brief: "Go back to the last good release",
    description:
      "Switches every host back to the last release that was live and good there before the present one, or to a named one. Builds nothing. Refuses, and says why, if there is none on some host or if it is no longer whole.",
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
      leaveLacking: toggle("Leave hosts as they are that lack the release"),
      ...changedFlags,
    },
    arguments: [environmentArgument],
    load: () => import("../commands/rollback.ts"),
  }),
];
