import { ansibleHosts } from "./ansible.ts";
import { type Found, nothingFound } from "./found.ts";

/**
 * Hosts that a command printed: a list as it could stand under `hosts`, in JSON; or what a script prints for Ansible, in JSON; or one host a
 * line, with `#` before remarks.
 */
export function printedHosts(output: string): Found {
  const value = parsed(output);
  if (Array.isArray(value)) return { ok: true, hosts: value, warnings: [] };
  if (typeof value === "object" && value !== null) return ofMap(value as Readonly<Record<string, unknown>>);
  // What `jq` prints of something that is not there is no host.
  if (value !== undefined && typeof value !== "number") return nothingFound("command", NO_LIST);
  if (LOOKS_LIKE_JSON.test(output)) return nothingFound("command", "What the command printed begins like JSON, but is none");
  const lines = output.split(/\r?\n/u).map((line) => line.trim());
  return { ok: true, hosts: lines.filter((line) => line !== "" && !line.startsWith("#")), warnings: [] };
}

function ofMap(value: Readonly<Record<string, unknown>>): Found {
  const { hosts } = value;
  return Array.isArray(hosts) ? { ok: true, hosts, warnings: [] } : ansibleHosts(value, "command");
}

const NO_LIST = "What the command printed is JSON, but neither a list of hosts nor a map";

/** A line such as `[2001:db8::1]:22` or `[a:c].example.org` begins otherwise. */
const LOOKS_LIKE_JSON = /^\s*(?:\{|\[\s*["{\]])/u;

function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
