import { existsSync } from "node:fs";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import type { ResolvedConfig, ResolvedHost } from "../../src/config/resolved.ts";
import { configWords } from "./command-line.ts";
import type { Inputs } from "./inputs.ts";
import { answerOf, type Start } from "./program.ts";
import { Refusal } from "./refusal.ts";
import type { Reached } from "./ssh-config.ts";

/**
 * The configuration for the hosts that the command is for. The program reads it for us: it may be a program itself, or name others.
 * Null where that is wrong: the command says so itself, with places.
 */
export function configOf(inputs: Inputs, start: Start): ResolvedConfig | null {
  const answer = answerOf(configWords(inputs), start) as { readonly config?: ResolvedConfig } | null;
  if (answer?.config === undefined) return null;
  try {
    return narrowTo(answer.config, { hosts: inputs.hosts, roles: inputs.role });
  } catch {
    return null;
  }
}

/** What the ssh_config of the configuration is for each of them. One that is not there would be passed over in silence by ours. */
export function reachedOf(hosts: readonly ResolvedHost[]): readonly Reached[] {
  return hosts.flatMap(({ name, address }) => {
    if (address.kind === "local") return [];
    const { host, configFile } = address;
    if (configFile !== null && !existsSync(configFile))
      throw new Refusal(
        "SSH",
        `The ssh.config of ${name} is ${configFile}, which is not there.`,
        "Is it in the repository, and checked out?",
      );
    return [{ host, configFile }];
  });
}
