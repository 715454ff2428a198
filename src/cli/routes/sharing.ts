import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { changedFlags, chosenFlags, environmentArgument, nonEmptyText, toggle, valued } from "../options.ts";
import { SHARED_ACTIONS } from "../shared-words.ts";

/** What belongs to the machines, and whether what was deployed is still what it was. */
export const sharing: readonly CommandSpec[] = [
  defineCommand({
    name: "shared",
    brief: "Show, put, get and compare what is in shared/",
    description:
      "list shows what is configured as shared and what of it is there. put gives a file new content on all hosts or on none: a new one gets mode 0600, one that is there keeps group and what owner and group may do, and its old content stays beside it. get fetches a file. diff tells in what hosts differ, by names of keys and never by values; exit code 4 if they do.",
    usage: "[list | put PATH | get PATH | diff PATH] [environment]",
    examples: [
      { type: "shared list production", to: "See what is there" },
      { type: "shared put .env production --from .env.production", to: "Put it on every host" },
      { type: "shared diff .env production --from .env.production", to: "See which keys differ" },
      { type: "shared get .env production --host web1 --to env.web1", to: "Fetch it, with mode 0600" },
    ],
    flags: {
      from: valued("FILE", "What to put, or to compare with; - for standard input", nonEmptyText),
      host: valued("NAME", "Only this host", nonEmptyText),
      to: valued("FILE", "Where get writes (default: standard output)", nonEmptyText),
      force: toggle("put: also what is not configured. get: overwrite the file"),
      ...changedFlags,
    },
    arguments: [
      {
        brief: "list (default), put, get or diff",
        placeholder: "action",
        parse: nonEmptyText,
        optional: true,
        choices: SHARED_ACTIONS,
      },
      { brief: "Path in shared/", placeholder: "PATH", parse: nonEmptyText, optional: true },
      environmentArgument,
    ],
    load: () => import("../commands/shared.ts"),
  }),
  defineCommand({
    name: "verify",
    brief: "Compare a release with what was deployed",
    description:
      "Compares the live release, or a named one, on every host with its seal: files of the tree by SHA-256, what tasks made by kind and size, links to shared/. What a prepare task changed in a file of the tree is told as changed. Changes nothing and takes no lock. Exit code 1 if something is missing or changed, 4 if hosts serve different releases.",
    usage: "[environment] [RELEASE]",
    examples: [
      { type: "verify production", to: "Is what is live what was deployed?" },
      { type: "verify production 20261120T090000Z", to: "The same for another release" },
    ],
    flags: chosenFlags,
    arguments: [
      environmentArgument,
      { brief: "Id of a release (default: what is live)", placeholder: "RELEASE", parse: nonEmptyText, optional: true },
    ],
    load: () => import("../commands/verify.ts"),
  }),
];
