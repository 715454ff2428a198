import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setSecret } from "@actions/core";
import { withSshConfig } from "../../src/config/ssh-config.ts";
import { connects, wordsOf } from "./command-line.ts";
import { programEnvironment } from "./environment.ts";
import { checkHostKeys } from "./host-keys.ts";
import { configOf, reachedOf } from "./hosts.ts";
import type { Inputs } from "./inputs.ts";
import { temporary } from "./leftovers.ts";
import { write, writeSshFiles } from "./private-files.ts";
import type { Start } from "./program.ts";
import { Refusal } from "./refusal.ts";
import { maskedLines, parseSecrets } from "./secrets.ts";
import { sshConfigText } from "./ssh-config.ts";
import { strangers } from "./trust.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** All that is needed to start the program. */
export interface Step {
  readonly words: readonly string[];
  readonly start: Start;
  readonly report: string;
}

/** Told to the runner before anything else is said; what cannot be read is hidden as a whole. */
export function hideSecrets({ secrets, sshPrivateKey }: Inputs): void {
  for (const line of [...maskedLines(sshPrivateKey), ...valuesIn(secrets).flatMap(maskedLines)]) setSecret(line);
}

function valuesIn(secrets: string): readonly string[] {
  try {
    return Object.values(parseSecrets(secrets));
  } catch {
    return [secrets, ...secrets.split("\n").map((line) => line.slice(line.indexOf("=") + 1))];
  }
}

/** A stranger's code must not meet what opens the hosts. */
export function refuseStrangers(inputs: Inputs, env: Env): void {
  const why = strangers({
    name: env["GITHUB_EVENT_NAME"] ?? "",
    repository: env["GITHUB_REPOSITORY"] ?? "",
    payload: payloadOf(env),
  });
  const bare = inputs.sshPrivateKey === "" && inputs.secrets === "" && !connects(inputs);
  if (why === null || inputs.letStrangers || bare) return;
  throw new Refusal(
    "Not trusted",
    `\`${inputs.command}\` is refused: ${why}.`,
    "Deploy when it is merged. What a pull request of a stranger may do here is `command: config`, without key and secrets: it connects to nothing, and marks mistakes of the configuration at their lines. For those of your own repository: if: github.event.pull_request.head.repo.full_name == github.repository",
  );
}

function payloadOf(env: Env): unknown {
  try {
    return JSON.parse(readFileSync(env["GITHUB_EVENT_PATH"] ?? "", "utf8"));
  } catch {
    return null;
  }
}

/** Puts everything in its place, and refuses what can be known to fail. `directory`: for what nobody else may read. */
export function prepare(inputs: Inputs, env: Env, directory: string): Step {
  const secrets = parseSecrets(inputs.secrets);
  const workingDirectory = resolve(env["GITHUB_WORKSPACE"] ?? "", inputs.workingDirectory);
  if (!existsSync(workingDirectory))
    throw new Refusal("Input", `There is no directory ${workingDirectory}.`, "Was the repository checked out before this step?");
  // It outlives the step: others may want to keep it.
  const report = join(mkdtempSync(join(temporary(env), "slh-report-")), "report.json");
  const words = wordsOf(inputs, { report, summary: env["GITHUB_STEP_SUMMARY"] ?? "" });
  const start = {
    env: programEnvironment(env, secrets),
    directory: workingDirectory,
  };
  if (!connects(inputs)) return { words, start, report };
  return { words, start: withSsh(inputs, start, directory), report };
}

function withSsh(inputs: Inputs, start: Start, directory: string): Start {
  const files = writeSshFiles(directory, inputs);
  const configs = [configOf(inputs, start), ...(inputs.from === "" ? [] : [configOf(lenders(inputs), start)])].filter(
    (config) => config !== null,
  );
  const given = Object.values(files).some((file) => file !== null);
  const ours = given
    ? write(directory, "ssh_config", sshConfigText(files, reachedOf(configs.flatMap(({ hosts }) => hosts))))
    : null;
  const env = ours === null ? start.env : { ...start.env, SLH_SSH_CONFIG: ours };
  for (const config of configs) checkHostKeys(withSshConfig(config, env, start.directory), start.directory);
  return { ...start, env };
}

/** Of the environment that files are taken from, all hosts are asked. */
function lenders(inputs: Inputs): Inputs {
  return { ...inputs, environment: inputs.from, hosts: [], role: [] };
}
