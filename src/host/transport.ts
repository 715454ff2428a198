import type { HostAddress } from "../config/resolved.ts";
import { localChannel, spawnChannel, type Channel } from "./channel.ts";
import { LOADER } from "./program.ts";

/** How a conversation gets its channel: the port behind which tests put cut wires. */
export type Connect = (address: HostAddress) => Channel;

/** The real port: a shell of this machine, or OpenSSH. */
export const connect: Connect = (address) =>
  address.kind === "local" ? localLoader(address.become) : spawnChannel("ssh", sshArguments(address));

function localLoader(become: string | undefined): Channel {
  const loader = ["-c", LOADER, "/bin/sh"];
  return become === undefined ? localChannel("/bin/sh", loader) : localChannel("sudo", [...sudoTo(become), "/bin/sh", ...loader]);
}

/** Without a question, and with the home of that user. */
function sudoTo(user: string): string[] {
  return ["-n", "-H", "-u", user, "--"];
}

/**
 * The command line of ssh. OpenSSH keeps the first value it sees, so what we force stands before the user's own options: no terminal,
 * no forwarding of anything, no shared master, no command of the configuration in place of ours, host keys always verified, no questions.
 */
function sshArguments(address: Extract<HostAddress, { kind: "ssh" }>): string[] {
  const own = Object.entries(address.options).map(([key, value]) => `${key}=${value}`);
  return [
    ...(address.configFile === null ? [] : ["-F", address.configFile]),
    "-T",
    ...[...FORCED, ...own, ...DEFAULTS].flatMap((option) => ["-o", option]),
    ...(address.user === null ? [] : ["-l", address.user]),
    ...(address.port === null ? [] : ["-p", String(address.port)]),
    "--",
    address.host,
    `exec ${become(address)}/bin/sh -c '${LOADER}' /bin/sh`,
  ];
}

/** The login shell may be fish or csh: the name is plain letters to all of them (config/text-rules.ts). */
function become({ become: user }: HostAddress): string {
  return user === undefined ? "" : `sudo ${sudoTo(user).join(" ")} `;
}

const FORCED = [
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "RequestTTY=no",
  "RemoteCommand=none",
  "PermitLocalCommand=no",
  "ClearAllForwardings=yes",
  "ForwardAgent=no",
  "ForwardX11=no",
  "Tunnel=no",
  "ControlMaster=no",
  "ControlPath=none",
  "EscapeChar=none",
] as const;

/** What the user's options and configuration may say otherwise. */
const DEFAULTS = ["ConnectTimeout=15", "ServerAliveInterval=5", "ServerAliveCountMax=3"] as const;
