import { Refusal } from "./refusal.ts";

/**
 * Reads `NAME=value` lines; a value of several lines stands between `NAME<<WORD` and `WORD`. No message says more of a line than its
 * number: any of them may be a secret.
 */
export function parseSecrets(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/u);
  const secrets: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    const [, name = "", sign, rest = ""] = /^\s*([A-Za-z_]\w*)(=|<<)(.*)$/u.exec(line) ?? [];
    if (name === "") throw wrong(at, "is no NAME=value");
    const begun = at;
    if (RESERVED.test(name)) throw new Refusal("Secrets", `\`secrets\` must not set ${name}.`);
    if (sign === "=") {
      secrets[name] = rest;
    } else {
      const end = lines.indexOf(rest.trim(), at + 1);
      if (rest.trim() === "" || end === -1) throw wrong(at, "begins a value that never ends");
      secrets[name] = lines.slice(at + 1, end).join("\n");
      at = end;
    }
    // What looks like a name may be the last line of a key that was put behind another name.
    if (secrets[name] === "")
      throw new Refusal(
        "Secrets",
        `What begins in line ${begun + 1} of \`secrets\` is empty.`,
        "Is the secret set for this repository and environment? A pull request of a fork, or of Dependabot, gets none. A value of several lines stands between NAME<<WORD and WORD.",
      );
  }
  return secrets;
}

function wrong(at: number, what: string): Refusal {
  return new Refusal(
    "Secrets",
    `Line ${at + 1} of \`secrets\` ${what}.`,
    "One NAME=value on each line; a value of several lines between NAME<<WORD and WORD, each on a line of its own.",
  );
}

// What would change how the programs of this job run, or what the runner and we say to them.
const RESERVED =
  /^(?:PATH|HOME|SHELL|IFS|ENV|BASH_ENV|CI|RUNNER_.*|GITHUB_.*|INPUT_.*|STATE_.*|ACTIONS_.*|SLH_.*|NODE_.*|LD_.*|GIT_.*|SSH_.*)$/u;

/**
 * What the runner is told to hide. It hides line by line, and short lines of a longer secret (`{`, `---`) would hide half of every log.
 */
export function maskedLines(secret: string): readonly string[] {
  const lines = secret
    .split(/\r\n|\r|\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.length === 1 ? lines : [...new Set(lines.filter(({ length }) => length >= SHORTEST))];
}

const SHORTEST = 4;
