import { HostFailure, type FailureKind } from "../errors.ts";
import type { HostAddress } from "../config/resolved.ts";

/** What was seen of a conversation that ended before it was closed. */
export interface Ending {
  readonly host: string;
  readonly address: HostAddress;
  /** Whether the runtime had said that it is ready. */
  readonly wasReady: boolean;
  readonly code: number;
  /** Seconds for which this process itself stood still just before, if longer than the lease; else 0. */
  readonly stoodStill: number;
  /** Last lines of standard error that are not ours, and of standard output before the runtime was ready. */
  readonly errors: readonly string[];
  readonly noise: readonly string[];
}

/** Tells why a conversation ended. OpenSSH gives 255 for everything, so before the runtime is ready its own words decide; never after. */
export function endingFailure(ending: Ending): HostFailure {
  if (ending.wasReady) return lost(ending);
  const cause = CAUSES.find(({ words }) => ending.errors.some((line) => words.test(line)));
  if (cause !== undefined) return failure(ending, cause.kind, cause.what, cause.remedy(target(ending.address)));
  if (ending.code === 97 || ending.noise.length > 0) return noisy(ending);
  return failure(ending, "unreachable", "The connection could not be made", `Try it by hand: ${sshCommand(ending.address)} true`);
}

/** The runtime did not say that it is ready in time. */
export function notReadyFailure(ending: Ending, seconds: number): HostFailure {
  if (ending.noise.length > 0) return noisy(ending);
  return failure(
    ending,
    "start-up-noise",
    `The host accepted the connection but did not answer within ${seconds} s`,
    `Likely a start-up file (.profile, .bashrc, .cshrc …) of that user waits for input. Try: ${sshCommand(ending.address)} "echo ready"`,
  );
}

/** The other side stopped answering although the connection stands. */
export function hungFailure(ending: Ending, seconds: number): HostFailure {
  return failure(
    ending,
    "hung",
    `The host has not answered for ${seconds} s`,
    "What it was doing is unknown. Run `symlink-helper status` to see what is live there.",
  );
}

function lost(ending: Ending): HostFailure {
  return failure(
    ending,
    "connection-lost",
    ending.stoodStill > 0
      ? `This computer stood still for ${Math.round(ending.stoodStill)} s (suspended, or the program was stopped), so the host took it for lost`
      : `The connection ended in the middle (exit code ${ending.code})`,
    "What the host was doing is told by its ledger: run `symlink-helper status`. The next deploy puts right what was left.",
  );
}

function noisy(ending: Ending): HostFailure {
  return failure(
    ending,
    "start-up-noise",
    "The host printed something of its own instead of starting our program",
    `Likely a start-up file (.profile, .bashrc, .cshrc …) of that user prints or reads when no terminal is there. It printed: ${ending.noise.slice(0, 3).join(" / ")}`,
  );
}

interface Cause {
  readonly kind: FailureKind;
  readonly words: RegExp;
  readonly what: string;
  readonly remedy: (target: string) => string;
}

/** OpenSSH's own words, unchanged for decades and not translated. Unknown words fall through to `unreachable` with the text shown. */
const CAUSES: readonly Cause[] = [
  {
    kind: "host-key",
    words: /REMOTE HOST IDENTIFICATION HAS CHANGED|Offending .* key in/,
    what: "The host shows another key than the one known for it",
    remedy: (host) =>
      `Find out why before anything else. If the machine was replaced: ssh-keygen -R ${host}, then add the new key.`,
  },
  {
    kind: "host-key",
    words: /Host key verification failed|No .* host key is known/,
    what: "The key of the host is not known here, and unknown hosts are never trusted",
    remedy: (host) =>
      `Compare the fingerprint with the host's own (on it: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then: ssh-keyscan -t ed25519 ${host} >> ~/.ssh/known_hosts`,
  },
  {
    kind: "authentication",
    words: /Permission denied \(/,
    what: "The host refused the login",
    remedy: (host) =>
      `No question can be asked during a deploy: load the key into an agent (ssh-add) or name it in ~/.ssh/config, then try: ssh ${host} true`,
  },
  {
    kind: "unreachable",
    words: /Could not resolve hostname/,
    what: "The name of the host cannot be resolved",
    remedy: () => "Check the spelling of `host` in the configuration, or the name server.",
  },
  {
    kind: "unreachable",
    words: /Connection refused|Connection timed out|Operation timed out|No route to host|Network is unreachable/,
    what: "The host cannot be reached",
    remedy: (host) => `Check that the machine is up and that its SSH port is right: ssh -v ${host} true`,
  },
];

function failure(ending: Ending, kind: FailureKind, what: string, remedy: string): HostFailure {
  const said = ending.errors.at(-1);
  const message = said === undefined || kind === "start-up-noise" ? what : `${what}: ${said}`;
  return new HostFailure({
    host: ending.host,
    kind,
    message: `${message}.`.replace(/[.:]\.$/, "."),
    remedy,
    output: ending.errors,
  });
}

function target(address: HostAddress): string {
  if (address.kind === "local") return "localhost";
  return address.port === null ? address.host : `-p ${address.port} ${address.host}`;
}

function sshCommand(address: HostAddress): string {
  if (address.kind === "local") return "/bin/sh -c";
  const user = address.user === null ? "" : `${address.user}@`;
  const config = address.configFile === null ? "" : `-F ${address.configFile} `;
  const port = address.port === null ? "" : `-p ${address.port} `;
  return `ssh ${config}${port}${user}${address.host}`;
}
