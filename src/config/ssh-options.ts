import type { Rule } from "./text-rules.ts";

/** Options of OpenSSH that nobody can set, in lower case as ssh does not care about case, each with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  ...reason("nobody is there to answer a question", ["BatchMode"]),
  ...reason("host keys are always verified", ["StrictHostKeyChecking", "NoHostAuthenticationForLocalhost"]),
  ...reason("the program on the host is always ours", ["RemoteCommand", "SessionType", "PermitLocalCommand", "LocalCommand"]),
  ...reason("the conversation with the host needs a plain channel", [
    "RequestTTY",
    "EscapeChar",
    "StdinNull",
    "ForkAfterAuthentication",
  ]),
  ...reason("each deploy has a connection of its own", ["ControlMaster", "ControlPath", "ControlPersist"]),
  ...reason("nothing is forwarded to or from a host", [
    "ForwardAgent",
    "ForwardX11",
    "ClearAllForwardings",
    "Tunnel",
    "LocalForward",
    "RemoteForward",
    "DynamicForward",
  ]),
};

/** The name of an option for `ssh -o`. */
export const optionName: Rule = (name) => {
  if (!/^[A-Za-z]+$/u.test(name)) return "must be the name of an option in ssh_config: letters only";
  const why = REFUSED[name.toLowerCase()];
  return why === undefined ? null : `cannot be set: ${why}`;
};

/** A value for `ssh -o`. What an option means by it is ssh's business. */
export const optionValue: Rule = (value) => {
  if (value.trim() === "") return "must not be empty";
  return /\p{Cc}/u.test(value) ? "must be on one line, without control characters" : null;
};

/** Whether an option would make ssh forget the hosts it knows. */
export function forgetsHosts(name: string, value: string): boolean {
  return (
    name.toLowerCase() === "userknownhostsfile" &&
    value.split(/[\s"]+/u).some((file) => file === "/dev/null" || file.toLowerCase() === "none")
  );
}

function reason(why: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), why]));
}
