import { quoted } from "../path.ts";
import { didYouMean } from "../suggest.ts";
import { role } from "../text-rules.ts";
import type { WrittenHost } from "../written.ts";
import type { WrittenInventory } from "../written-inventory.ts";
import { type Found, nothingFound } from "./found.ts";
import { type Groups, groupsIn, hostsOf } from "./groups.ts";

type Values = Readonly<Record<string, unknown>>;

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
  const read = names.map((name) => readHost(name, valuesIn(variables[name]), rolesOf(name)));
  const wrong = read.find((host) => typeof host === "string");
  if (wrong !== undefined) return nothingFound(about, wrong);
  const unused = names.filter((name) => UNUSED.some((key) => text(valuesIn(variables[name])[key]) !== ""));
  const warnings = unused.length === 0 ? [] : [notUsed(unused)];
  return { ok: true, hosts: read, warnings };
}

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

/** A host as it is written in a configuration; a text says why it cannot be one. */
function readHost(name: string, variables: Values, roles: readonly string[]): WrittenHost | string {
  const [host, user, port, key] = [HOST, USER, PORT, KEY].map((keys) => first(variables, keys));
  for (const [said, value] of [host, user, port, key].filter((each) => each !== undefined))
    if (/\{\{|\{%/u.test(text(value)))
      return `\`${said}\` of ${quoted(name)} is a template, and \`ansible-inventory\` does not fill in templates\nWrite the value itself into the inventory.`;
  const named = { name, ...(roles.length === 0 ? {} : { roles }) };
  const connection = text(variables["ansible_connection"]);
  if (connection === "local") return { host: "local", ...named };
  if (!OVER_SSH.has(connection))
    return `Ansible reaches ${quoted(name)} through ${quoted(connection)}, but this program only over SSH\nLeave it out, or choose another \`group\`.`;
  const number = text(port?.[1]);
  if (number !== "" && !/^\d+$/u.test(number)) return `\`${port?.[0] ?? ""}\` of ${quoted(name)} is no port: ${quoted(number)}`;
  return {
    host: bracketed(text(host?.[1]) || name),
    ...named,
    ...(text(user?.[1]) === "" ? {} : { user: text(user?.[1]) }),
    ...(number === "" ? {} : { port: Number(number) }),
    ...(text(key?.[1]) === "" ? {} : { ssh: { options: { IdentityFile: text(key?.[1]) } } }),
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

function first(variables: Values, keys: readonly string[]): readonly [key: string, value: unknown] | undefined {
  const key = keys.find((each) => text(variables[each]) !== "");
  return key === undefined ? undefined : [key, variables[key]];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function valuesIn(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}
