import type { CommandContext, ShellOptions } from "../api.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import { UserError } from "../errors.ts";
import { commandsFor, plainCaller } from "../report/command-line.ts";
import { chosenHosts } from "./hands.ts";
import type { Ports } from "./ports.ts";

/** A shell on one host, in the live release or the app root. Resolves to its exit code. */
export async function openShell(context: CommandContext, { host, root }: ShellOptions, ports: Ports): Promise<number> {
  const { address, root: appRoot, layout } = oneHost(context, host);
  // What is not there is told by the shell: it is the directory above that it then opens in.
  const directory = root === true ? `${appRoot}/.` : `${appRoot}/${layout.current}`;
  return ports.login(address, directory, context.signal);
}

function oneHost({ config, caller = plainCaller }: CommandContext, name: string | undefined): ResolvedHost {
  const [first, ...others] = name === undefined ? config.hosts : chosenHosts(config, { hosts: [name] });
  if (first !== undefined && others.length === 0) return first;
  const command = commandsFor(caller, config.environment)("ssh", first?.name ?? "HOST");
  throw new UserError({
    kind: "host-missing",
    message: `${config.environment} has ${config.hosts.length} hosts, so one has to be named: ${namesOf(config)}.`,
    remedy: `For example: ${command}`,
  });
}

function namesOf({ hosts }: ResolvedConfig): string {
  return hosts.map((host) => host.name).join(", ");
}
