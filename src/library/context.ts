import { hostname, userInfo } from "node:os";
import type { CommandContext } from "../api.ts";
import type { Event } from "../report/events.ts";
import { narrowTo } from "../config/choose-hosts.ts";
import { identify } from "./identity.ts";
import type { LoadedConfig } from "./load.ts";

/** What a program may set for its commands; all of it has a default. */
export interface ContextOptions {
  /** Gets everything that happens, when it happens. Must not throw. Default: nobody does. */
  readonly emit?: (event: Event) => void;
  /** Aborting it is Ctrl-C: no new switch, what is unconfirmed goes back, locks are released. Default: never. */
  readonly signal?: AbortSignal;
  /** Where tasks' secrets are taken from. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Who deploys, for lock, ledger and report. Default: the person that a CI system names, else `user@host`. */
  readonly by?: string;
  /** From where. Default: the address of the CI run, else the name of this machine. */
  readonly origin?: string;
  /** Only these hosts: patterns as for `--hosts`, each of which must fit one. Default: all. */
  readonly hosts?: readonly string[];
  /** Only hosts with one of these roles. Default: any, or none. */
  readonly roles?: readonly string[];
  /** What becomes of a command that changes something where a host cannot be reached. Default: that of the configuration. */
  readonly unreachable?: "stop" | "skip";
  /** Seconds to queue behind another run, 0 to refuse at once. Default: that of the configuration. */
  readonly wait?: number;
}

/**
 * What every function of {@link api} is given. Warnings about the configuration are told to `emit` at once. A context may be used for
 * several commands, one after the other.
 *
 * @throws UserError for a pattern or role of `hosts` and `roles` that fits no host
 */
export function createContext(loaded: LoadedConfig, options: ContextOptions = {}): CommandContext {
  const { emit = ignore, signal = new AbortController().signal, env = process.env, wait = loaded.config.wait } = options;
  const { hosts = [], roles = [], unreachable = loaded.config.unreachable ?? "stop" } = options;
  const only = [...hosts.flatMap((pattern) => ["--hosts", pattern]), ...roles.flatMap((role) => ["--role", role])];
  const identity = identify(env, userName(), hostname());
  for (const text of loaded.warnings) emit({ kind: "warning", host: null, text });
  return {
    config: { ...narrowTo(loaded.config, { hosts, roles }), wait, unreachable },
    ...(loaded.written && { written: loaded.written }),
    emit,
    signal,
    env,
    by: options.by ?? identity.by,
    origin: options.origin ?? identity.origin,
    caller: { program: "symlink-helper", config: loaded.config.file, only },
  };
}

function ignore(): void {
  // Nobody listens.
}

// In a container the user may have no name.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env["USER"] ?? `uid ${process.getuid?.()}`;
  }
}
