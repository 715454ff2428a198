import { buildApplication, buildRouteMap } from "@stricli/core";
import type { Application, ApplicationText, StricliIntegration } from "@stricli/core";
import type { CommandSpec } from "./command.ts";
import type { CliContext } from "./context.ts";
import { commandHelp } from "./help.ts";
import { bare } from "./options.ts";

export interface AppOptions {
  readonly program: string;
  readonly commands: readonly CommandSpec[];
  readonly text: ApplicationText;
}

/** The Stricli application: routing, parsing and lazy loading. Help is ours. */
export function buildApp(options: AppOptions): Application<CliContext> {
  const routes = bare(Object.fromEntries(options.commands.map((spec) => [spec.name, spec.command])));
  const root = buildRouteMap<string, CliContext>({ routes, aliases: bare({}), docs: { brief: options.program } });
  const config = {
    name: options.program,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    localization: { text: options.text },
  } as const;
  return buildApplication(root, config, { help: helpFlag(options) });
}

function helpFlag({ program, commands }: AppOptions): StricliIntegration<CliContext> {
  return {
    flag: {
      brief: "Show help",
      global: true,
      aliases: ["h"],
      run(_, { result }) {
        const spec = commands.find((each) => each.command === result.target);
        if (spec !== undefined) this.process.stdout.write(commandHelp(program, spec));
      },
    },
  };
}
