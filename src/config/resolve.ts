import type { HostAddress, Permissions, ResolvedConfig, ResolvedHost } from "./resolved.ts";
import { DEFAULTS, LAYOUT } from "./defaults.ts";
import type { EnvironmentView, HostView } from "./view.ts";
import { type PlainText, resolveVariables } from "./variables.ts";
import { resolveBuild, resolveCommands, resolveTasks } from "./tasks.ts";
import { resolveChecks } from "./resolve-checks.ts";
import { resolveNotify } from "./notify.ts";
import { resolveLogs } from "./logs.ts";
import type { Duration } from "./written-values.ts";
import type { WrittenPermissions } from "./written.ts";
import { normalised } from "./relative-path.ts";
import { resolveReuse } from "./reuse.ts";
import { posix } from "node:path";
import { parseTaskShell } from "./task-shell.ts";
import { resolveSource } from "./source.ts";
import { seconds } from "./duration.ts";
import { sharedEntries } from "./shared.ts";
import { resolveLimits, resolveStrategy } from "./strategy.ts";

/** What resolving needs besides the environment. */
export interface ResolveContext {
  /** Absolute path of the configuration file. */
  readonly file: string;
  readonly directory: string;
  /** Takes the place of the configured ref. */
  readonly ref: string | undefined;
  readonly plain: PlainText;
}

/** Fills in defaults and makes local paths absolute. The environment must have passed all rules. */
export function resolveEnvironment(view: EnvironmentView, context: ResolveContext): ResolvedConfig {
  const { file, directory, plain } = context;
  const written = view.settings.value;
  return {
    file,
    directory,
    app: written.app ?? "",
    environment: view.name,
    source: resolveSource(written.source, directory, context.ref),
    exclude: written.exclude ?? [],
    build: resolveBuild(view.settings, plain),
    hosts: view.hosts.map((host) => resolveHost(host, context)),
    wait: time(written.wait, DEFAULTS.wait),
    strategy: resolveStrategy(written.strategy),
    limits: resolveLimits(written.limits),
    notify: resolveNotify(written.notify),
    unreachable: written.unreachable ?? DEFAULTS.unreachable,
  };
}

function resolveHost(view: HostView, context: ResolveContext): ResolvedHost {
  const { directory, plain } = context;
  const { value: written, origin } = view.settings;
  return {
    name: view.name,
    address: resolveAddress(view, context),
    roles: [...new Set(view.written.roles)],
    root: posix.resolve(directory, written.root ?? ""),
    layout: { ...LAYOUT, ...written.layout },
    keep: written.keep ?? DEFAULTS.keep,
    shared: sharedEntries(written.shared).map(({ path, kind, whenMissing }) => ({ path, kind, whenMissing })),
    permissions: resolvePermissions(written.permissions),
    reuse: resolveReuse(written.reuse),
    tasks: resolveTasks(view.settings, plain),
    check: resolveChecks(view.settings, plain),
    commands: resolveCommands(view.settings, plain),
    logs: resolveLogs(written.logs, posix.resolve(directory, written.root ?? "")),
    env: resolveVariables(written.env, (name) => plain(origin(["env", name]))),
    path: written.path ?? [],
    shell: parseTaskShell(written.shell ?? ""),
    lease: time(written.lease, DEFAULTS.lease),
    grace: time(written.grace, DEFAULTS.grace),
    oldProcesses: {
      within: time(written.oldProcesses?.within, DEFAULTS.oldProcesses.within),
      whenLeft: written.oldProcesses?.whenLeft ?? DEFAULTS.oldProcesses.whenLeft,
    },
    confirm: written.confirm ?? DEFAULTS.confirm,
    durability: written.durability ?? DEFAULTS.durability,
  };
}

function resolveAddress({ address, settings }: HostView, { directory, plain }: ResolveContext): HostAddress {
  const { become, ssh: { config, options } = {} } = settings.value;
  const other = become === undefined ? {} : { become };
  if (address.kind === "local") return { kind: "local", ...other };
  return {
    kind: "ssh",
    ...other,
    host: address.host,
    user: address.user,
    port: address.port,
    configFile: config === undefined ? null : posix.resolve(directory, config),
    options: resolveVariables(options, (name) => plain(settings.origin(["ssh", "options", name]))),
  };
}

function resolvePermissions(written: WrittenPermissions = {}): Permissions {
  return {
    dirs: fourDigits(written.dirs ?? DEFAULTS.dirs),
    files: fourDigits(written.files ?? DEFAULTS.files),
    group: written.group ?? null,
    writable: [...new Set(written.writable?.map(normalised))],
    umask: fourDigits(written.umask ?? DEFAULTS.umask),
  };
}

function fourDigits(mode: string): string {
  return mode.padStart(4, "0");
}

function time(written: Duration | undefined, otherwise: number): number {
  return written === undefined ? otherwise : (seconds(written) ?? otherwise);
}
