import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { SHELLS } from "../../completion/shells.ts";
import { KINDS } from "../../init/recipe.ts";
import { SYSTEMS } from "../../pipeline/facts.ts";
import { nonEmptyText, several, toggle, valued } from "../options.ts";

/** What one begins with. */
export const beginning: readonly CommandSpec[] = [
  defineCommand({
    name: "init",
    brief: "Write a configuration for the project in this directory",
    description:
      "Looks at the project (package.json, composer.json, Gemfile, manage.py, go.mod, static files), asks on a terminal for what it cannot know, and writes a commented symlink-helper.yaml, with an environment local to try it without a server, and beside it the JSON Schema for editors. Never overwrites a configuration.",
    usage: "[--host HOST] [--root DIR] [--kind KIND] [--stdout]",
    examples: [
      { type: "init", to: "Begin" },
      { type: "init --host deploy@web1.example.org --root /var/www/shop", to: "Without a question" },
      { type: "init --stdout --kind rails", to: "Only show what would be written" },
    ],
    flags: {
      host: several("HOST", "A host to deploy to; may be given several times", nonEmptyText),
      root: valued("DIR", "App root on the hosts (default: /var/www/NAME)", nonEmptyText),
      environment: valued("NAME", "What to call the environment (default: production)", nonEmptyText),
      kind: { ...valued("KIND", "What kind of project it is, where the guess is wrong", nonEmptyText), choices: KINDS },
      stdout: toggle("Write to standard output, and no file"),
    },
    arguments: [],
    load: () => import("../commands/init.ts"),
  }),
  defineCommand({
    name: "ci",
    brief: "Write the pipeline that deploys this project from CI",
    description:
      "Writes what GitHub Actions, GitLab CI or Jenkins need to deploy the environments of the configuration: one build, whose archive and digest are kept; a deploy of that very archive to the first environment, then to each later one (production last) when somebody has agreed; and a way back. Says what to set where: key, host keys, secrets by name, who may agree. Never overwrites a file; if one is there, writes none.",
    usage: "github | gitlab | jenkins [--environment NAME] [--stdout]",
    examples: [
      { type: "ci github", to: "Write .github/workflows/deploy.yml and rollback.yml" },
      { type: "ci gitlab --stdout", to: "Only show it, to take from it for a .gitlab-ci.yml that is there" },
      { type: "ci jenkins --environment staging --environment production", to: "These only, in this order" },
    ],
    flags: {
      environment: several("NAME", "Only this environment; several in the order given", nonEmptyText),
      uses: valued("REF", "The action, component or library, with @VERSION", nonEmptyText),
      stdout: toggle("Write to standard output, and no file"),
    },
    arguments: [{ brief: "The CI system", placeholder: "SYSTEM", parse: nonEmptyText, choices: SYSTEMS }],
    load: () => import("../commands/ci.ts"),
  }),
];

/** What makes the command line itself, and the writing of configurations, comfortable. */
export const comfort: readonly CommandSpec[] = [
  defineCommand({
    name: "schema",
    brief: "Print the JSON Schema of the configuration, for editors",
    description:
      "Prints the JSON Schema by which editors check and complete a configuration as it is typed. init writes it beside the configuration where the package is not among the project's own; this renews it after an update of the program.",
    usage: "[> FILE]",
    examples: [{ type: "schema > symlink-helper.schema.json", to: "Renew what init wrote" }],
    flags: {},
    arguments: [],
    load: () => import("../commands/schema.ts"),
  }),
  defineCommand({
    name: "completions",
    brief: "Print what makes a shell complete our command lines",
    description:
      "Prints a script for bash, zsh or fish. They then know commands, options, and the environments, hosts and releases of the nearest configuration. Ids of releases are those that earlier commands saw: no host is asked while you type.",
    usage: "bash | zsh | fish",
    examples: [
      { type: "completions bash", to: "For ~/.bashrc: source <(symlink-helper completions bash)" },
      { type: "completions zsh", to: "For ~/.zshrc, behind compinit: source <(symlink-helper completions zsh)" },
      { type: "completions fish", to: "Into ~/.config/fish/completions/symlink-helper.fish" },
    ],
    flags: {},
    arguments: [{ brief: "The shell", placeholder: "SHELL", parse: nonEmptyText, choices: SHELLS }],
    load: () => import("../commands/completions.ts"),
  }),
];
