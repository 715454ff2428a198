import type { EnvironmentView, HostView } from "./view.ts";
import type { ResolvedConfig, ResolvedHost } from "./resolved.ts";
import type { ConfigSetting } from "../report/config-document.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import type { Path } from "./path.ts";
import { kindsOf, reloadCommand } from "./reload.ts";
import type { WrittenReload } from "./written-reload.ts";
import type { Places } from "./places.ts";
import { formatSeconds } from "./duration.ts";
import { problem } from "./problem.ts";
import { seconds } from "./duration.ts";

/** Every setting of an environment with where it comes from; hosts that agree on one have it together. */
export function explain(view: EnvironmentView, places: Places, config: ResolvedConfig): readonly ConfigSetting[] {
  const perHost = view.hosts.map((host, at) => settingsOf(host, places, config, config.hosts[at]));
  const names = [...new Set(perHost.flatMap((settings) => settings.map(({ setting }) => setting)))];
  return names.flatMap((name) => together(name, perHost, view.hosts)).toSorted((a, b) => order(a) - order(b));
}

/** One setting on all hosts: once for all who have it from the same place. */
function together(
  name: string,
  perHost: readonly (readonly ConfigSetting[])[],
  hosts: readonly HostView[],
): readonly ConfigSetting[] {
  const groups = new Map<string, { readonly setting: ConfigSetting; readonly hosts: string[] }>();
  for (const [at, settings] of perHost.entries()) {
    const setting = settings.find((each) => each.setting === name);
    if (setting === undefined) continue;
    const key = JSON.stringify(setting);
    const group = groups.get(key) ?? { setting, hosts: [] };
    groups.set(key, { ...group, hosts: [...group.hosts, hosts[at]?.name ?? ""] });
  }
  return [...groups.values()].map((group) => ({
    ...group.setting,
    hosts: group.hosts.length === hosts.length ? null : group.hosts,
  }));
}

// Maps of variables and options have no entries of their own there.
const NAMES = Object.keys(DESCRIPTIONS);
const LEAVES = NAMES.filter((name) => isSetting(name) && !NAMES.some((other) => other.startsWith(`${name}.`)));

/** What is set for a host, but not its address, nor what is inside the entry of a list. */
function isSetting(name: string): boolean {
  return !/\[\]|^(?:task\.|environments$|hosts(?:$|\.)|host$|user$|port$|name$|roles$)/u.test(name);
}

function order({ setting }: ConfigSetting): number {
  return LEAVES.findIndex((name) => setting === name || setting.startsWith(`${name}.`));
}

function settingsOf(
  host: HostView,
  places: Places,
  config: ResolvedConfig,
  resolved: ResolvedHost | undefined,
): readonly ConfigSetting[] {
  const used = LEAVES.filter((name) => !OF_KIND[name] || OF_KIND[name] === config.source.kind);
  return used.flatMap((name) => {
    const path = name.split(".");
    const written = valueAt(host.settings.value, path);
    if (name === "wait") return [wait(host, places, config)];
    if (written === undefined) return unset(name, config, resolved);
    if (!isMapOfNames(name, written))
      return [{ ...placed(host, places, path), setting: name, value: finalValue(name, written, config, resolved) }];
    return Object.entries(written).map(([key, value]) => ({
      ...placed(host, places, [...path, key]),
      setting: `${name}.${key}`,
      value: finalValue(`${name}.${key}`, value, config, resolved),
    }));
  });
}

/** Settings with a default that means something for one kind of source alone. */
const OF_KIND: Readonly<Record<string, string>> = { "source.git": "git", "source.ref": "git", "source.strip": "archive" };

function unset(name: string, config: ResolvedConfig, resolved: ResolvedHost | undefined): readonly ConfigSetting[] {
  const otherwise = DESCRIPTIONS[name]?.otherwise;
  return otherwise === undefined ? [] : [{ ...DEFAULT, setting: name, value: finalValue(name, otherwise, config, resolved) }];
}

const DEFAULT = { from: "default", line: null, column: null, hosts: null } as const;

function isMapOfNames(name: string, written: unknown): written is Readonly<Record<string, unknown>> {
  return (name === "env" || name === "ssh.options") && Object.keys(written as object).length > 0;
}

/** `--wait` comes before what is written. */
function wait(host: HostView, places: Places, config: ResolvedConfig): ConfigSetting {
  const written = valueAt(host.settings.value, ["wait"]) ?? DESCRIPTIONS["wait"]?.otherwise;
  const value = written as string | number;
  if (seconds(value) !== config.wait) return { ...DEFAULT, from: "option", setting: "wait", value: formatSeconds(config.wait) };
  const isSet = valueAt(host.settings.value, ["wait"]) !== undefined;
  return { ...(isSet ? placed(host, places, ["wait"]) : DEFAULT), setting: "wait", value };
}

/** Each `reload` as the command that it stands for. */
function spelledOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelledOut);
  if (typeof value !== "object" || value === null) return value;
  const { reload, ...rest } = value as { readonly reload?: WrittenReload };
  if (typeof reload === "object" && kindsOf(reload).length === 1) return { run: reloadCommand(reload), ...rest };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spelledOut(inner)]));
}

/** Paths of this machine are shown as they are used, and variables as the text that tasks get. */
function finalValue(name: string, value: unknown, config: ResolvedConfig, host: ResolvedHost | undefined): unknown {
  const { source } = config;
  if (name === "root") return host?.root ?? value;
  if (name === "source.git" && source.kind === "git") return source.repository;
  if (name === "source.ref" && source.kind === "git") return source.ref;
  if (name === "source.directory" && source.kind === "directory") return source.path;
  if (name === "source.archive" && source.kind === "archive") return source.path;
  if (name.startsWith("tasks.") || name === "commands") return spelledOut(value);
  if (name.startsWith("env.")) return host?.env[name.slice("env.".length)] ?? value;
  if (!name.startsWith("ssh.") || host?.address.kind !== "ssh") return value;
  return name === "ssh.config" ? host.address.configFile : (host.address.options[name.slice("ssh.options.".length)] ?? value);
}

function placed(host: HostView, places: Places, path: Path): Omit<ConfigSetting, "setting" | "value"> {
  const at = host.settings.origin(path);
  const { line, column } = places.diagnose(problem(at, "", "key"));
  return { from: levelOf(at), hosts: null, ...(line === 0 ? { line: null, column: null } : { line, column }) };
}

function levelOf(at: Path): ConfigSetting["from"] {
  if (at[0] !== "environments") return "file";
  return at[2] === "hosts" ? "host" : "environment";
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], value);
}
