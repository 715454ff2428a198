import { basename } from "node:path";
import { parseAddress } from "../config/address.ts";
import { root as rootRule, shown, word } from "../config/text-rules.ts";

/** What can be said, as an option or as an answer: a name for people, what is suggested, and what is wrong with a value. */
export interface Question {
  readonly ask: string;
  readonly suggested: string;
  readonly problem: (value: string) => string | null;
}

/** Where nobody named a host: a name that no host can have, so that nothing is deployed to somebody else's. */
export const PLACEHOLDER = "deploy@your-host.invalid";

export function appQuestion(suggested: string): Question {
  return { ask: "Name of the application", suggested, problem: (value) => told("The name", shown(value)) };
}

export function hostsQuestion(): Question {
  const ask = "Hosts to deploy to, such as deploy@web1.example.org (several with spaces; empty: later)";
  return { ask, suggested: "", problem: (value) => hostsProblem(hostsIn(value)) };
}

export function rootQuestion(app: string): Question {
  return { ask: "Folder on the hosts", suggested: `/var/www/${folderName(app)}`, problem: rootProblem };
}

/** The hosts of an answer. */
export function hostsIn(answer: string): readonly string[] {
  return answer.split(/[\s,]+/u).filter((host) => host !== "");
}

export function hostsProblem(hosts: readonly string[]): string | null {
  for (const host of hosts) {
    const parsed = parseAddress(host);
    if (typeof parsed === "string") return told(`The host \`${host}\``, parsed);
    if (parsed.kind === "local") return "`local` is this machine: an environment of that name is written anyway";
  }
  const twice = hosts.find((host, at) => hosts.indexOf(host) < at);
  return twice === undefined ? null : `The host \`${twice}\` is named twice`;
}

function rootProblem(root: string): string | null {
  if (!root.startsWith("/")) return "The folder must be a whole path, such as /var/www/shop";
  return told("The folder", rootRule(root) ?? shown(root));
}

export function environmentProblem(name: string): string | null {
  if (name === "local")
    return "An environment `local`, for this machine, is written anyway: this wants the name of the other one";
  return told("The name of an environment", word(name));
}

function told(what: string, problem: string | null): string | null {
  return problem === null ? null : `${what} ${problem.split("\n")[0]}`;
}

function folderName(app: string): string {
  return basename(app).replaceAll(/[^\w.-]+/gu, "-");
}
