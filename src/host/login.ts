import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { HostAddress } from "../config/resolved.ts";
import { onAbort } from "./abort.ts";
import { bytesOf, rawBytes } from "./bytes.ts";
import { exitCode } from "./spawn.ts";
import { become, DEFAULTS, sshWords } from "./transport.ts";

/** Opens a shell for a person in a directory, or where that is missing in the one above it. Resolves to the exit code. */
export type Login = (address: HostAddress, directory: string, signal: AbortSignal) => Promise<number>;

/**
 * The real port. On the terminal of this process, and in its session: what a person types there is for the shell. Rejects only if it
 * cannot be started at all.
 */
export const login: Login = (address, directory, signal) =>
  new Promise((resolve, reject) => {
    const child =
      address.kind === "local"
        ? spawn(...shellHere(address), { stdio: "inherit", cwd: presentOf(directory) })
        : spawn("ssh", loginArguments(address, directory), { stdio: "inherit" });
    const forget = onAbort(signal, () => child.kill("SIGHUP"));
    child.on("error", reject);
    child.on("close", (code, ended) => {
      forget();
      resolve(exitCode(code, ended));
    });
  });

function shellHere({ become: user }: HostAddress): [program: string, args: string[]] {
  const shell = process.env["SHELL"] ?? "/bin/sh";
  return user === undefined ? [shell, ["-l"]] : ["sudo", ["-n", "-H", "-u", user, "--", shell, "-l"]];
}

/** The command line of ssh. The user's configuration and agent may do what they always do; only host keys are as strict as in a deploy. */
export function loginArguments(address: Extract<HostAddress, { kind: "ssh" }>, directory: string): string[] {
  const bytes = [...rawBytes(bytesOf(directory))].join(" ");
  return [...sshWords(address, "-t", FORCED, DEFAULTS), `exec ${become(address)}/bin/sh -c '${ENTER}' /bin/sh ${bytes}`];
}

const FORCED = ["StrictHostKeyChecking=yes", "RemoteCommand=none"] as const;

/**
 * Fixed text without backslash, `!`, newline or single quote: any login shell passes it on (program.ts). The path comes as the numbers of its
 * bytes, which mean the same to every shell. `-P`: a switch must not make the prompt lie about where one is.
 */
const ENTER = [
  `d=$(LC_ALL=C awk -v f=%c "BEGIN { for (i = 1; i < ARGC; i++) printf f, ARGV[i] + 0 }" "$@"; echo x)`,
  `d="\${d%?}"`,
  `cd -P -- "$d" 2>/dev/null || { echo "There is no $d: this is the directory above it." >&2; cd -P -- "\${d%/*}" || exit; }`,
  `exec "\${SHELL:-/bin/sh}" -l`,
].join("; ");

function presentOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return realpathSync(dirname(directory));
  }
}
