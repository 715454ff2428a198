import { existsSync } from "node:fs";
import type { ResolvedConfig, ResolvedHost } from "../../src/config/resolved.ts";
import { shellWord } from "../../src/report/command-line.ts";
import { type Way, wayThrough, wayTo } from "./asked-ssh.ts";
import { openSsh } from "./openssh.ts";
import { Refusal } from "./refusal.ts";

/** One that is asked for its key on the way to a host: that itself, or a jump host. */
interface Asked {
  readonly name: string;
  readonly way: Way;
  /** It is behind a jump host. */
  readonly behind: boolean;
}

/** Refuses to go on where ssh would have to trust whoever answers. Connects to nothing. */
export function checkHostKeys({ environment, hosts }: ResolvedConfig, directory: string): void {
  const unknown = hosts
    .flatMap((host) => askedOf(host, directory))
    .filter(({ way }) => !way.otherwise && !way.files.some((file) => has(file, way.known)));
  const missing = [...new Map(unknown.map((each) => [each.way.known, each])).values()];
  if (missing.length > 0) throw refusal(missing, environment);
}

/** All that are asked for their keys on the way to a host. */
function askedOf({ name, address }: ResolvedHost, directory: string): readonly Asked[] {
  if (address.kind === "local") return [];
  const way = wayTo(address, directory);
  if (way === null) return [];
  const jumps = way.through.flatMap((jump, at) => {
    const there = wayThrough(jump, address, directory);
    return there === null ? [] : [{ name: jump, way: there, behind: at > 0 }];
  });
  return [...jumps, { name, way, behind: jumps.length > 0 }];
}

/** OpenSSH's own reading of the file: hashed names, patterns, authorities. */
function has(file: string, known: string): boolean {
  return existsSync(file) && openSsh("ssh-keygen", ["-F", known, "-f", file]).status === 0;
}

function refusal(missing: readonly Asked[], environment: string): Refusal {
  const names = missing.map(({ name, way }) => (name === way.known ? name : `${name} (${way.known})`));
  const scan = missing.map(({ way }) => `  ssh-keyscan -t ed25519 -p ${way.port} ${shellWord(way.hostname)} >> known_hosts`);
  const behind = missing.filter((each) => each.behind).map(({ name }) => name);
  return new Refusal(
    "Host keys",
    `No host key is known of ${names.join(", ")}. Nobody was connected to: whoever answered would have to be believed.`,
    [
      "On a machine and a network that you trust, once:",
      ...new Set(scan),
      "  ssh-keygen -lf known_hosts",
      "Compare each fingerprint with what the host itself says, on its console or over a connection that you have already:",
      "  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
      ...(behind.length === 0 ? [] : [`To ask ${behind.join(", ")}, be on a machine that reaches it without a jump host.`]),
      `Then keep the file as a variable, it is no secret: gh variable set SSH_KNOWN_HOSTS --env ${shellWord(environment)} < known_hosts`,
      "and give it to this step: known-hosts: ${{ vars.SSH_KNOWN_HOSTS }}",
    ].join("\n"),
  );
}
