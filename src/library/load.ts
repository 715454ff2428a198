import { isAbsolute, resolve } from "node:path";
import { findConfig } from "../config/find.ts";
import {
  evaluateProgram,
  findHosts,
  loadConfig as readConfig,
  readText,
  type Ask,
  type Parse,
  type ReadText,
} from "../config/load.ts";
import { type Diagnostic, inOrder } from "../config/diagnostics.ts";
import { diagnosticText, renderDiagnostics } from "../config/render.ts";
import type { WrittenEnvironmentView } from "../config/read.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { withSshConfig } from "../config/ssh-config.ts";
import { UserError } from "../errors.ts";

/** Which configuration, for which environment. */
export interface LoadOptions {
  /** The file; relative to `directory`. Default: the nearest `symlink-helper.yaml` (or .json, .toml, .ts, .js) in `directory` or above. */
  readonly file?: string;
  /** Default: the current directory of the process. */
  readonly directory?: string;
  /** May be left out where the configuration has only one. */
  readonly environment?: string;
  /** Another branch, tag or commit than the configured one. An error where the source is a directory. */
  readonly ref?: string;
  /**
   * What a configuration program gets as `env`, and what names the hosts as its environment. Its `SLH_SSH_CONFIG` names the ssh_config of all
   * hosts. Default: `process.env`.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends a configuration program, what names the hosts, or the wait for a pipe. */
  readonly signal?: AbortSignal;
}

/** A configuration with everything filled in for one environment. */
export interface LoadedConfig {
  readonly config: ResolvedConfig;
  /** Names of all environments of the configuration, in the order of the file. */
  readonly environments?: readonly string[];
  /** The same as it was written, and where; so that `api.config` can tell where values come from. */
  readonly written?: WrittenEnvironmentView;
  /** What is allowed but probably not meant: texts for people, with the place in the file. */
  readonly warnings: readonly string[];
}

/**
 * Finds, reads and resolves a configuration file, as every command does.
 *
 * @throws UserError with every problem of the file in its message, each with line and column; or that there is no file.
 */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const { environment, ref, env = process.env, signal = null } = options;
  const file = await fileOf(options);
  const evaluate: Parse = (each) => evaluateProgram(each, { env, signal });
  const ask: Ask = (request) => findHosts(request, { env, signal });
  const ssh = (config: ResolvedConfig): ResolvedConfig => withSshConfig(config, env, options.directory ?? process.cwd());
  return settled({ file, environment, ref, read: (each) => readText(each, signal), evaluate, ask, ssh });
}

/** What is read, and by whom. */
interface Reading {
  readonly file: string;
  readonly environment: string | undefined;
  /** Without a name: the first one there is. */
  readonly orFirst?: boolean | undefined;
  readonly ref: string | undefined;
  readonly read: ReadText;
  readonly evaluate: Parse;
  readonly ask: Ask;
  /** What this run says of ssh besides. */
  readonly ssh: (config: ResolvedConfig) => ResolvedConfig;
}

/** The configuration in that file. Throws a UserError that shows every problem of the file at once. */
export async function settled({ ref, ssh, ...reading }: Reading): Promise<LoadedConfig> {
  const loaded = await readConfig({ ...reading, overrides: ref === undefined ? undefined : { ref } });
  if (!loaded.ok) throw wrong(loaded.diagnostics);
  const { config, environments, written, warnings } = loaded;
  return {
    config: ssh(config),
    environments,
    written,
    warnings: warnings.map((warning) => renderDiagnostics([warning]).trimEnd()),
  };
}

function wrong(diagnostics: readonly Diagnostic[]): UserError {
  const errors = inOrder(diagnostics).filter(({ severity }) => severity === "error");
  const places = errors.map((each) => ({ file: each.file, line: each.line, column: each.column, message: diagnosticText(each) }));
  return new UserError({ kind: "configuration", message: renderDiagnostics(diagnostics).trimEnd(), remedy: "", places });
}

async function fileOf({ file, directory = process.cwd() }: LoadOptions): Promise<string> {
  if (file !== undefined) return isAbsolute(file) ? file : resolve(directory, file);
  const found = await findConfig(resolve(directory));
  if (found !== null) return found;
  throw new UserError({
    kind: "configuration",
    message: `There is no symlink-helper.yaml in ${directory} or in any folder above it, nor one in .json, .toml, .ts or .js.`,
    remedy: "Give `directory`, the folder of your application, or `file`.",
  });
}
