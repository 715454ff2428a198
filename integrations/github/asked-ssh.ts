import { homedir } from "node:os";
import { resolve } from "node:path";
import type { HostAddress } from "../../src/config/resolved.ts";
import { sshWords } from "../../src/host/transport.ts";
import { openSsh } from "./openssh.ts";

type SshAddress = Extract<HostAddress, { kind: "ssh" }>;

/** Where ssh would go, and by what it would know that it is there. */
export interface Way {
  readonly hostname: string;
  readonly port: string;
  /** As it is called in a file of known hosts. */
  readonly known: string;
  readonly files: readonly string[];
  /** It has other means to know a host than files. */
  readonly otherwise: boolean;
  /** Jump hosts, as `ssh` takes them. */
  readonly through: readonly string[];
}

/** Asks ssh itself (`ssh -G`, which connects to nothing), as it will be called in that directory; null where it cannot read its configuration, which it says itself later. */
export function wayTo(address: SshAddress, directory: string): Way | null {
  const { status, stdout } = openSsh("ssh", ["-G", ...sshWords(address, "-T", [], [])], directory);
  return status === 0 ? read(stdout, directory) : null;
}

/** The same for a jump host: `user@host:port` or an address `ssh://`. */
export function wayThrough(jump: string, { configFile }: SshAddress, directory: string): Way | null {
  const file = configFile === null ? [] : ["-F", configFile];
  const place = jump.startsWith("ssh://") ? jump : `ssh://${jump}`;
  const { status, stdout } = openSsh("ssh", ["-G", "-T", ...file, "--", place], directory);
  return status === 0 ? read(stdout, directory) : null;
}

function read(said: string, directory: string): Way {
  const value = (name: string): string => new RegExp(`^${name} (.*)$`, "mu").exec(said)?.[1] ?? "";
  const [hostname, port, alias] = [value("hostname"), value("port") || "22", value("hostkeyalias")];
  const named = port === "22" ? hostname : `[${hostname}]:${port}`;
  const set = (name: string): boolean => !["", "no", "none", "false"].includes(value(name));
  return {
    hostname,
    port,
    known: alias === "" || alias === "none" ? named : alias.toLowerCase(),
    files: [value("userknownhostsfile"), value("globalknownhostsfile")].flatMap((text) => filesIn(text, directory)),
    otherwise: set("knownhostscommand") || set("verifyhostkeydns"),
    through: value("proxyjump") === "" || value("proxyjump") === "none" ? [] : value("proxyjump").split(","),
  };
}

/** ssh puts no quotes around names with spaces: the whole is one more name that it may be. */
function filesIn(text: string, directory: string): readonly string[] {
  const names = [...new Set([text, ...text.split(" ")])].filter((name) => name !== "" && name !== "none");
  return names.map((name) => resolve(directory, name.replace(/^~(?=\/)/u, homedir())));
}
