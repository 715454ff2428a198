import { quoted } from "../path.ts";
import { didYouMean } from "../suggest.ts";
import { role } from "../text-rules.ts";
import type { WrittenHost } from "../written.ts";
import type { WrittenInventory } from "../written-inventory.ts";
import { type Found, nothingFound } from "./found.ts";
import { type Groups, groupsIn, hostsOf, wrongGroups } from "./groups.ts";
import { isSet, valuesIn, type Values, variablesOf } from "./variables.ts";

/**
 * Hosts of what `ansible-inventory --list` prints, in its order: address, user, port and key as Ansible would use them, groups as roles. Other
 * variables are Ansible's business.
 */
export function ansibleHosts(printed: Values, about: keyof WrittenInventory, group?: string): Found {
  const groups = groupsIn(printed);
  if (group !== undefined && !groups.has(group)) return noGroup(group, [...groups.keys()]);
  const names = group === undefined ? allNames(groups) : hostsOf(groups, group);
  const variables = valuesIn(valuesIn(printed["_meta"])["hostvars"]);
  const rolesOf = rolesIn(groups);
  const wrong = [...wrongGroups(printed)];
  const read = names.map((name) => readHost(name, variables[name], rolesOf(name), wrong));
  if (wrong.length > 0) return nothingFound(about, allOf(wrong));
  const unused = names.filter((name) => UNUSED.some((key) => isSet(valuesIn(variables[name])[key])));
  const warnings = unused.length === 0 ? [] : [notUsed(unused)];
  return { ok: true, hosts: read, warnings };
}

/** The first with what to do about it, and what else is wrong. */
function allOf([first = "", ...more]: readonly string[]): string {
  const others = more.slice(0, SHOWN).map((text) => text.split("\n")[0]);
  const rest = more.length > SHOWN ? [`and ${more.length - SHOWN} more`] : [];
  return [first, ...(more.length === 0 ? [] : [`Wrong, too: ${[...others, ...rest].join("; ")}.`])].join("\n");
}

const SHOWN = 9;

function noGroup(group: string, known: readonly string[]): Found {
  const groups = known.filter((name) => !PLAIN.has(name));
  const hint = didYouMean(group, groups) || `\nIts groups: ${groups.join(", ") || "none"}.`;
  return nothingFound("group", `The inventory has no group ${quoted(group)}${hint}`);
}

/** What a script prints that names no `all` is all its groups. */
function allNames(groups: Groups): readonly string[] {
  if (groups.has("all")) return hostsOf(groups, "all");
  return [...new Set([...groups.keys()].flatMap((name) => hostsOf(groups, name)))];
}

/** Groups that every inventory has say nothing of a host. */
const PLAIN: ReadonlySet<string> = new Set(["all", "ungrouped"]);

/** Those that could be no role, such as one called `first`, cannot be asked for. */
function rolesIn(groups: Groups): (name: string) => readonly string[] {
  const members = [...groups.keys()]
    .filter((group) => !PLAIN.has(group) && role(group) === null)
    .map((group) => ({ group, names: new Set(hostsOf(groups, group)) }));
  return (name) => members.filter(({ names }) => names.has(name)).map(({ group }) => group);
}

/** A host as it is written in a configuration. What cannot be so is told to `wrong`. */
function readHost(name: string, variables: unknown, roles: readonly string[], wrong: string[]): WrittenHost {
  const read = variablesOf(name, variables, wrong);
  const [host, user, key] = [read(HOST), read(USER, "name"), read(KEY)];
  const [port, connection] = [read(PORT, "port"), read(["ansible_connection"])];
  const named = { name, ...(roles.length === 0 ? {} : { roles }) };
  if (connection === "local") return { host: "local", ...named };
  if (!OVER_SSH.has(connection))
    wrong.push(
      `Ansible reaches ${quoted(name)} through ${quoted(connection)}, but this program only over SSH\nLeave it out, or choose another \`group\`.`,
    );
  return {
    host: bracketed(host || name),
    ...named,
    ...(user === "" ? {} : { user }),
    ...(port === "" ? {} : { port: Number(port) }),
    ...(key === "" ? {} : { ssh: { options: { IdentityFile: key } } }),
  };
}

/** The name of a variable, and those it had in older versions, which still hold. */
const HOST = ["ansible_host", "ansible_ssh_host"];
const USER = ["ansible_user", "ansible_ssh_user"];
const PORT = ["ansible_port", "ansible_ssh_port"];
const KEY = ["ansible_ssh_private_key_file", "ansible_private_key_file"];
const OVER_SSH: ReadonlySet<string> = new Set(["", "ssh", "smart", "paramiko", "paramiko_ssh"]);
/** Command lines for ssh, which are not taken apart. */
const UNUSED = ["ansible_ssh_common_args", "ansible_ssh_extra_args"];

function notUsed(names: readonly string[]): string {
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  return `What the inventory says in ${UNUSED.map((key) => `\`${key}\``).join(" or ")} of ${quoted(names[0] ?? "")}${more} is not used\nWrite it into \`ssh.options\`, or into your ~/.ssh/config.`;
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
