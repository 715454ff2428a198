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
  if (cause !== undefined) {
    const telling = ending.errors.findLast((line) => cause.words.test(line));
    return failure(ending, cause.kind, cause.what, cause.remedy(ending), telling);
  }
  if (ending.noise.length > 0) return noisy(ending);
  if (ending.code === CUT_SHORT) return eaten(ending);
  if (ending.code !== UNKNOWN) return closedAtOnce(ending);
  return failure(
    ending,
    "unreachable",
    "The connection was not made, or ended at once",
    `Try it by hand: ${sshCommand(ending.address)} true`,
  );
}

/** What the loader (program.ts) exits with when it did not get the whole program. */
const CUT_SHORT = 97;
/** What OpenSSH exits with for everything that is its own; any other code is the remote shell's. */
const UNKNOWN = 255;

/** The runtime did not say that it is ready in time. */
export function notReadyFailure(ending: Ending, seconds: number): HostFailure {
  if (ending.noise.length > 0) return noisy(ending);
  return failure(
    ending,
    "start-up-noise",
    `The host accepted the connection but did not start our program within ${seconds} s`,
    likely(ending, `a ${START_UP_FILE} waits for input or for something else`),
  );
}

/** The other side stopped answering although the connection stands. */
export function hungFailure(ending: Ending, seconds: number): HostFailure {
  return failure(ending, "hung", `The host has not answered for ${seconds} s`, FLEET);
}

/** The host lives, but what it was asked for does not end. */
export function stuckFailure(ending: Ending, seconds: number): HostFailure {
  const what = `The host lives, but what it was asked for did not end within ${seconds} s: a disk or a file system there hangs`;
  return failure(ending, "hung", what, FLEET);
}

function lost(ending: Ending): HostFailure {
  return failure(
    ending,
    "connection-lost",
    ending.stoodStill > 0
      ? `This computer stood still for ${Math.round(ending.stoodStill)} s (suspended, or the program was stopped), so the host took it for lost`
      : `The connection ended in the middle (exit code ${ending.code})`,
    FLEET,
  );
}

/** What to do about it takes a command of ours: the fleet knows how those are typed (remedies.ts). */
const FLEET = "";

const START_UP_FILE = "start-up file (.profile, .bashrc, .cshrc …) of that user";

function noisy(ending: Ending): HostFailure {
  return failure(
    ending,
    "start-up-noise",
    `The host printed something of its own instead of starting our program: ${ending.noise.slice(0, 3).join(" / ")}`,
    likely(ending, `a ${START_UP_FILE} prints, reads or exits although no terminal is there`),
  );
}

function eaten(ending: Ending): HostFailure {
  return failure(
    ending,
    "start-up-noise",
    "Something on the host read a part of what we sent, so our program was not started",
    likely(ending, `a ${START_UP_FILE} reads its standard input`),
  );
}

function closedAtOnce(ending: Ending): HostFailure {
  return failure(
    ending,
    "start-up-noise",
    `The host accepted the login, but its shell ended at once (exit code ${ending.code}) without starting our program`,
    likely(ending, `a ${START_UP_FILE} exits, its login shell allows no commands, or its key has a forced command`),
  );
}

/** A shell of this machine has no login, and so none of the causes that lie there. */
function likely(ending: Ending, cause: string): string {
  return ending.address.kind === "local" ? tryIt(ending) : `Likely ${cause}. ${tryIt(ending)}`;
}

/** What is sent must come back: that tells of start-up files that print and of those that read. */
function tryIt({ address }: Ending): string {
  return `It is right when this prints "ready" and nothing else: echo ready | ${sshCommand(address)} cat`;
}

interface Cause {
  readonly kind: FailureKind;
  readonly words: RegExp;
  readonly what: string;
  readonly remedy: (ending: Ending) => string;
}

/** The loader's words, and OpenSSH's own, unchanged for decades and not translated. Unknown words fall through to `unreachable` with the text shown. */
const CAUSES: readonly Cause[] = [
  {
    kind: "preflight",
    words: /^dd: not found$/,
    what: "A program that every connection needs is not there",
    remedy: () =>
      "Install it (Debian: apt-get install coreutils), or add its folder to the PATH that commands without a terminal get.",
  },
  {
    kind: "host-key",
    words: /REMOTE HOST IDENTIFICATION HAS CHANGED|Offending .* key in/,
    what: "The host shows another key than the one known for it",
    remedy: (ending) =>
      `Find out why before anything else: it may be another machine. Only if it was replaced: ${forgetKey(ending)}. ${learnKey(ending)}`,
  },
  {
    kind: "host-key",
    words: /Host key verification failed|No .* host key is known/,
    what: "The key of the host is not known here, and unknown hosts are never trusted",
    remedy: learnKey,
  },
  {
    kind: "authentication",
    words: /Permission denied \(|Too many authentication failures/,
    what: "The host refused the login",
    remedy: ({ address }) =>
      `No question can be asked during a deploy: load the key into an agent (ssh-add) or name it in ~/.ssh/config, then try: ${sshCommand(address)} true`,
  },
  {
    kind: "preflight",
    words:
      /^sudo: (?:a (?:terminal|password) is required|unknown user|.*command not found)|^Sorry, user .* (?:is not allowed|may not)|^sudo: sorry|is not in the sudoers file|^sudo: spawn sudo ENOENT|sudo: (?:command )?not found|: sudo: not found/,
    what: "To become the configured user did not work",
    remedy: ({ address }) =>
      `Let whoever logs in do it without a password, with: visudo -f /etc/sudoers.d/symlink-helper, and the line: ${loginOf(address)} ALL=(${address.become ?? "USER"}) NOPASSWD: /bin/sh`,
  },
  {
    kind: "unreachable",
    words: /Could not resolve hostname/,
    what: "The name of the host cannot be resolved",
    remedy: () => "Check the spelling of `host` in the configuration, your ssh configuration, or the name server.",
  },
  {
    kind: "unreachable",
    words: /Connection refused|Connection timed out|Operation timed out|No route to host|Network is unreachable/,
    what: "The host cannot be reached",
    remedy: ({ address }) => `Check that the machine is up and that its SSH port is right: ${sshCommand(address, "-v")} true`,
  },
  {
    kind: "unreachable",
    words: /^ssh: spawn ssh ENOENT/,
    what: "The program ssh is not installed on this computer",
    remedy: () => "Install the OpenSSH client (Debian: apt-get install openssh-client).",
  },
];

/** ssh names the file and the line: a name or port made up here might be another one than in the user's configuration. */
function forgetKey({ errors, address }: Ending): string {
  const place = errors.flatMap((line) => /Offending .* key in (.+):(\d+)/.exec(line) ?? []).slice(1);
  return place.length === 2
    ? `remove line ${place[1]} of ${place[0]}`
    : `remove its old key from known_hosts (ssh-keygen -R ${nameOf(address)})`;
}

/** By ssh itself: unlike ssh-keyscan it knows aliases and goes through jump hosts. */
function learnKey({ address }: Ending): string {
  return `Log in once by hand and compare the fingerprint with the host's own (on it: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub): ${sshCommand(address)} true`;
}

/** `telling`: the line that told the cause; it is in the message, the others are shown below it. */
function failure(ending: Ending, kind: FailureKind, what: string, remedy: string, telling = ending.errors.at(-1)): HostFailure {
  const said = kind === "start-up-noise" ? undefined : telling;
  const message = said === undefined ? what : `${what}: ${said}`;
  return new HostFailure({
    host: ending.host,
    kind,
    message: `${message}.`.replace(/[.:]\.$/, "."),
    remedy,
    output: said === undefined ? ending.errors : ending.errors.filter((_, at) => at !== ending.errors.lastIndexOf(said)),
  });
}

function nameOf(address: HostAddress): string {
  if (address.kind === "local") return "localhost";
  return address.port === null ? address.host : `[${address.host}]:${address.port}`;
}

function loginOf(address: HostAddress): string {
  return (address.kind === "ssh" ? address.user : null) ?? "LOGIN";
}

/** How to get there by hand. */
export function sshCommand(address: HostAddress, option = ""): string {
  if (address.kind === "local") return "/bin/sh -c";
  const user = address.user === null ? "" : `${address.user}@`;
  const config = address.configFile === null ? "" : `-F ${address.configFile} `;
  const port = address.port === null ? "" : `-p ${address.port} `;
  return `ssh ${option === "" ? "" : `${option} `}${config}${port}${user}${address.host}`;
}
