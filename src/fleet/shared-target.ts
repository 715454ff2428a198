import type { CommandContext } from "../api.ts";
import { isWithin, normalised, relativePath } from "../config/relative-path.ts";
import { allHosts } from "../config/all-hosts.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import { UserError } from "../errors.ts";
import type { Ports } from "./ports.ts";
import { startRun, type FleetRun } from "./run.ts";

/** The most that is sent or fetched: beyond that a file is no configuration, and scp and rsync do better. 512 MiB. */
export const LARGEST = 512 * 1024 * 1024;

/** Begins a run on all hosts of the environment, or on the one of that name. */
export function startSharedRun(command: string, context: CommandContext, host: string | undefined, ports: Ports): FleetRun {
  const { config } = context;
  const hosts = host === undefined ? config.hosts : config.hosts.filter(({ name }) => name === host);
  if (hosts.length > 0 || host === undefined) return startRun(command, { ...context, config: only(config, hosts) }, ports);
  throw new UserError({
    kind: "no-such-host",
    message: `The environment ${config.environment} has no host ${host}.`,
    remedy: `It has: ${config.hosts.map(({ name }) => name).join(", ")}.`,
  });
}

/** The others are no less there: what is secret to them stays secret. */
function only(config: ResolvedConfig, hosts: readonly ResolvedHost[]): ResolvedConfig {
  return hosts.length === config.hosts.length ? config : { ...config, hosts, wholeEnvironment: allHosts(config) };
}

/** The path as it is kept. Throws UserError where it leads out of shared/ or names nothing in it. */
export function sharedTarget(path: string): string {
  if (/[\u0000-\u001f\u007f]/.test(path)) throw wrong("must not hold control characters");
  const problem = relativePath(path);
  if (problem !== null) throw wrong(problem.replaceAll("the release", "shared/"));
  const kept = normalised(path);
  if (/(^|\/)\.slh-put-|\.slh-before-[^/]*$/.test(kept)) throw wrong("names what this program keeps for itself");
  return kept;
}

function wrong(what: string): UserError {
  return new UserError({ kind: "usage", message: `PATH ${what}.`, remedy: "Give it as it is configured, for example: .env" });
}

/** Throws UserError where some host would link nothing to the path, or a directory. */
export function checkConfigured(run: FleetRun, path: string, force: boolean): void {
  for (const host of run.context.config.hosts) {
    if (host.shared.some((entry) => entry.kind === "dir" && entry.path === path)) throw isDirectory(path);
    if (!force && !isConfigured(host, path)) throw notConfigured(run, host, path);
  }
}

function isConfigured({ shared }: ResolvedHost, path: string): boolean {
  return shared.some((entry) => (entry.kind === "dir" ? isWithin(path, entry.path) : entry.path === path));
}

function isDirectory(path: string): UserError {
  const message = `${path} is configured as a directory.`;
  return new UserError({ kind: "usage", message, remedy: `Name the file in it: ${path}/NAME` });
}

function notConfigured(run: FleetRun, host: ResolvedHost, path: string): UserError {
  return new UserError({
    kind: "not-configured",
    message: `${path} is not configured as shared on ${host.name}: no release would have a link to it.`,
    remedy: `Add it to \`shared.files\`, or say --force. What is there: ${run.commands("shared list")}`,
  });
}
