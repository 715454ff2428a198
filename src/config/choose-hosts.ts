import { UserError } from "../errors.ts";
import { allHosts } from "./all-hosts.ts";
import { expandRanges } from "./ranges.ts";
import type { ResolvedConfig, ResolvedHost } from "./resolved.ts";
import { closest } from "./suggest.ts";

/** Which hosts of an environment a command is for. Where both say something, a host must fit both. */
export interface HostChoice {
  /** Patterns: names, `web*`, `web[01:04]`, several behind commas, `!NAME` for all but that one. Default: all. */
  readonly hosts?: readonly string[];
  /** Roles, of which a host must have one. Default: any, or none. */
  readonly roles?: readonly string[];
}

/**
 * The configuration for some hosts of its environment; what the others are stays known. Throws a UserError for a pattern or role that
 * fits no host: whoever mistypes what is to be left out would deploy to it.
 */
export function narrowTo(config: ResolvedConfig, { hosts: patterns = [], roles = [] }: HostChoice): ResolvedConfig {
  if (patterns.length + roles.length === 0) return config;
  const all = allHosts(config);
  const named = patterns.length === 0 ? config.hosts : byPatterns(config, patterns);
  const known = [...new Set(all.flatMap((host) => host.roles))];
  for (const role of roles) if (!known.includes(role)) throw nobody(config, `has the role ${role}`, role, "Roles", known);
  const hosts = named.filter((host) => roles.length === 0 || host.roles.some((role) => roles.includes(role)));
  if (hosts.length === 0) throw nothingLeft(config, patterns, roles);
  return { ...config, hosts, wholeEnvironment: all };
}

function byPatterns(config: ResolvedConfig, patterns: readonly string[]): readonly ResolvedHost[] {
  const parts = patterns.flatMap((pattern) => pattern.split(",")).map((part) => part.trim());
  const wanted = parts.filter((part) => part !== "" && !part.startsWith("!"));
  const unwanted = parts.filter((part) => part.startsWith("!")).map((part) => part.slice(1).trim());
  const out = new Set(unwanted.flatMap((part) => fitting(config, part)));
  const named = new Set(wanted.flatMap((part) => fitting(config, part)));
  const onlyOut = wanted.length === 0 && unwanted.length > 0;
  return config.hosts.filter((host) => (onlyOut || named.has(host)) && !out.has(host));
}

/** A name that is one is no pattern, whatever characters it has. */
function fitting(config: ResolvedConfig, part: string): readonly ResolvedHost[] {
  const named = config.hosts.filter(({ name }) => name === part);
  if (named.length > 0) return named;
  const expanded = expandRanges(part);
  const words = typeof expanded === "string" ? [part] : expanded;
  const found = words.map((word) => config.hosts.filter(({ name }) => globbed(word).test(name)));
  const missing = words[found.findIndex((hosts) => hosts.length === 0)];
  const names = config.hosts.map(({ name }) => name);
  if (missing !== undefined) throw nobody(config, `fits ${missing || "an empty name"}`, missing, "Hosts", names);
  return found.flat();
}

/** `*` is anything, `?` one character; the rest means itself. A hyphen has no meaning there, and must not be escaped. */
function globbed(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[\\^$.|+()[\]{}/]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "u");
}

function nobody(config: ResolvedConfig, what: string, word: string, kind: string, known: readonly string[]): UserError {
  const meant = closest(word, known);
  return new UserError({
    kind: "no-such-host",
    message: `No host of ${config.environment} ${what}.`,
    remedy: `${meant === null ? "" : `Did you mean \`${meant}\`? `}${kind} of ${config.environment}: ${listed(known)}.`,
  });
}

function nothingLeft(config: ResolvedConfig, patterns: readonly string[], roles: readonly string[]): UserError {
  const said = [...patterns.map((pattern) => `--hosts ${pattern}`), ...roles.map((role) => `--role ${role}`)].join(" ");
  return new UserError({
    kind: "no-such-host",
    message: `No host of ${config.environment} is left by ${said}.`,
    remedy: `Hosts of ${config.environment}: ${listed(allHosts(config).map(({ name }) => name))}.`,
  });
}

/** Of two hundred names nobody reads more than some. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(", ") || "none";
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
