import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { nonEmptyText, severalValued, toggle, valued } from "../options.ts";

/** What one begins with. */
export const beginning: readonly CommandSpec[] = [
  defineCommand({
    name: "init",
    brief: "Write a configuration for the project in this directory",
    description:
      "Looks at the project (package.json, composer.json, Gemfile, manage.py, go.mod, static files), asks on a terminal for what it cannot know, and writes a commented symlink-helper.yaml, with an environment local to try it without a server. Never overwrites a configuration.",
    usage: "[--host HOST] [--root DIR] [--environment NAME] [--kind KIND] [--stdout]",
    examples: [
      { type: "init", to: "Begin" },
      { type: "init --host deploy@web1.example.org --root /var/www/shop", to: "Without a question" },
      { type: "init --stdout --kind rails", to: "Only show what would be written" },
    ],
    flags: {
      host: severalValued("HOST", "A host to deploy to; may be given several times", nonEmptyText),
      root: valued("DIR", "App root on the hosts (default: /var/www/NAME)", nonEmptyText),
      environment: valued("NAME", "What to call the environment (default: production)", nonEmptyText),
      kind: valued("KIND", "What kind of project it is, where the guess is wrong", nonEmptyText),
      stdout: toggle("Write to standard output, and no file"),
    },
    arguments: [],
    load: () => import("../commands/init.ts"),
  }),
];
