import { getInput } from "@actions/core";
import { Refusal } from "./refusal.ts";

/** What the step was given, each under the name that `action.yml` declares; empty where nothing was. */
export interface Inputs {
  /** Of the program, with its action: `deploy`, `lock release`. */
  readonly command: string;
  readonly environment: string;
  readonly config: string;
  readonly workingDirectory: string;
  readonly ref: string;
  readonly directory: string;
  readonly archive: string;
  readonly sha256: string;
  readonly from: string;
  readonly release: string;
  readonly hosts: readonly string[];
  readonly role: readonly string[];
  readonly wait: string;
  readonly message: string;
  readonly args: readonly string[];
  readonly sshPrivateKey: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  readonly secrets: string;
  readonly letStrangers: boolean;
}

export function readInputs(): Inputs {
  return {
    command: getInput("command") || "deploy",
    environment: getInput("environment"),
    config: getInput("config"),
    workingDirectory: getInput("working-directory"),
    ref: getInput("ref"),
    directory: getInput("directory"),
    archive: getInput("archive"),
    sha256: getInput("sha256"),
    from: getInput("from"),
    release: getInput("release"),
    hosts: linesOf(getInput("hosts")),
    role: linesOf(getInput("role")),
    wait: getInput("wait"),
    message: getInput("message"),
    args: linesOf(getInput("args")),
    sshPrivateKey: getInput("ssh-private-key"),
    knownHosts: getInput("known-hosts"),
    sshConfig: getInput("ssh-config"),
    secrets: getInput("secrets"),
    letStrangers: isTrue("let-code-of-strangers-use-my-secrets"),
  };
}

/** One on each line, as it is: nothing in it is split, quoted or expanded. */
function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

// The word `false` must never count as true, and neither must a word that nobody knows.
function isTrue(name: string): boolean {
  const text = getInput(name);
  if (text === "true") return true;
  if (text === "" || text === "false") return false;
  throw new Refusal("Input", `\`${name}\` is neither true nor false.`);
}
