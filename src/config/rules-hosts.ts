import type { EnvironmentView, HostView } from "./view.ts";
import { type Problem, problem } from "./problem.ts";
import type { EnvironmentRule } from "./rule.ts";
import { forgetsHosts } from "./ssh-options.ts";
import { expandRanges } from "./ranges.ts";
import { parseAddress } from "./address.ts";
import { posix } from "node:path";
import { quoted } from "./path.ts";

/** Rules about which hosts there are and how they are reached. */
export const hostRules: readonly EnvironmentRule[] = [
  inventoryIsOne,
  addressIsOne,
  asManyNames,
  namesAreUnique,
  rootsAreApart,
  knownHostsAreKept,
];

function inventoryIsOne({ inventory, settings }: EnvironmentView): readonly Problem[] {
  if (inventory === null) return [];
  const { ansible, group, command } = inventory;
  const at = settings.origin(["hosts"]);
  if (ansible === undefined && command === undefined)
    return [problem(at, "Nothing names the hosts: it is an inventory of `ansible`, a `command`, or a list", "key")];
  if (ansible !== undefined && command !== undefined)
    return [problem([...at, "command"], "Either `ansible` or `command` names the hosts, not both", "key")];
  return group === undefined || ansible !== undefined
    ? []
    : [problem([...at, "group"], "`group` belongs to an inventory of `ansible`, and this is a `command`", "key")];
}

/** `{ host: "web[1:3]", name: web }` */
function asManyNames({ hosts }: EnvironmentView): readonly Problem[] {
  return [...new Map(hosts.map((host) => [host.entry, host])).values()].flatMap(({ at, entry }) => {
    if (hasAsManyNames(entry)) return [];
    const [all, names] = [expandRanges(entry.host), expandRanges(entry.name ?? "")];
    const text = `${quoted(entry.host)} stands for ${all.length} hosts, but \`name\` for ${names.length}\nGive it a range of as many: name: web[01:20].`;
    return [problem([...at, "name"], text)];
  });
}

/** `{ host: ann@web1, user: bob }` and `{ host: local, port: 22 }`. */
function addressIsOne({ hosts }: EnvironmentView): readonly Problem[] {
  return hosts.flatMap((host) => (["user", "port"] as const).flatMap((key) => contradiction(host, key)));
}

function contradiction({ at, written, entry }: HostView, key: "user" | "port"): readonly Problem[] {
  const address = parseAddress(written.host);
  if (written[key] === undefined || typeof address === "string") return [];
  if (address.kind === "local")
    return [problem([...at, key], `\`local\` is this machine, which is reached without a ${key}`, "key")];
  return address[key] === null
    ? []
    : [problem([...at, key], `The ${key} is already in ${quoted(entry.host)}\nWrite it in one place only.`, "key")];
}

function hasAsManyNames({ host, name = host }: HostView["entry"]): boolean {
  return expandRanges(host).length === expandRanges(name).length;
}

function namesAreUnique({ hosts }: EnvironmentView): readonly Problem[] {
  const counted = hosts.filter(({ entry }) => hasAsManyNames(entry));
  return repeated(counted, (host) => host.name).map(({ at, hostAt, name, written }) =>
    problem(
      written.name === undefined ? hostAt : [...at, "name"],
      `Another host of this environment is called ${quoted(name)} too\nGive one of them a name of its own: { host: …, name: … }.`,
    ),
  );
}

/** The same directory of the same machine, met under two names, could never be locked by one deploy. */
function rootsAreApart({ hosts }: EnvironmentView, { directory }: { readonly directory: string }): readonly Problem[] {
  const place = ({ address, settings }: HostView): string =>
    JSON.stringify([address.kind, address.host, address.port, posix.resolve(directory, settings.value.root ?? "")]);
  const known = hosts.filter((host) => host.settings.value.root !== undefined);
  const sameName = new Set(repeated(known, (host) => host.name));
  return repeated(known, place)
    .filter((host) => !sameName.has(host))
    .map(({ hostAt, settings }) =>
      problem(
        hostAt,
        `Another host of this environment has the same address and the same root, ${quoted(settings.value.root ?? "")}`,
      ),
    );
}

function knownHostsAreKept({ hosts }: EnvironmentView): readonly Problem[] {
  return hosts.flatMap(({ settings }) =>
    Object.entries(settings.value.ssh?.options ?? {})
      .filter(([name, value]) => forgetsHosts(name, String(value)))
      .map(([name]) =>
        problem(
          settings.origin(["ssh", "options", name]),
          `\`${name}\` cannot be a file that forgets: host keys are always verified`,
        ),
      ),
  );
}

/** All but the first of those that have the same key. */
function repeated(hosts: readonly HostView[], key: (host: HostView) => string): readonly HostView[] {
  const seen = new Set<string>();
  return hosts.filter((host) => {
    const isKnown = seen.has(key(host));
    seen.add(key(host));
    return isKnown;
  });
}
